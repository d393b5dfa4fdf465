using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Routes;

public sealed class UnknownPathTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("text/plain")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8")]
    [InlineData("text/event-stream")]
    [InlineData("application/xml")]
    [InlineData("application/json")]
    [InlineData("application/problem+json")]
    [InlineData("nonsense")]
    public async Task Get_AnswersAProblem_WhateverTheClientAccepts(string? accept)
    {
        foreach (var path in (string[])["/nowhere", "/events", "/api/nowhere", "/assets/none.js"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
            var answer = await shared.Server.AskAsync(request);

            answer.Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed);
            answer.ContentType.ShouldBe("application/problem+json", path);
            answer.Title.ShouldNotBeNullOrEmpty();
            answer.Json.GetProperty("status").GetInt32().ShouldBe((int)answer.Status);
        }
    }

    [Theory]
    [InlineData("GET", "/event/demo", "There is nothing at /event/demo; did you mean /events/demo? The page /scalar lists all addresses.")]
    [InlineData("GET", "/events/demo/histroy", "There is nothing at /events/demo/histroy; did you mean /events/demo/history? The page /scalar lists all addresses.")]
    [InlineData("POST", "/sessions/demo/run", "There is nothing at /sessions/demo/run; did you mean /sessions/demo/runs? The page /scalar lists all addresses.")]
    [InlineData("GET", "/healt/ready", "There is nothing at /healt/ready; did you mean /health/ready? The page /scalar lists all addresses.")]
    [InlineData("GET", "/no/such/page", "There is nothing at /no/such/page. The page /scalar lists all addresses.")]
    [InlineData("GET", "/events", "There is nothing at /events. The page /scalar lists all addresses.")]
    [InlineData("POST", "/events/demo/history", "POST isn't possible at /events/demo/history; GET, HEAD is. The page /scalar lists all addresses.")]
    [InlineData("PATCH", "/events/demo", "PATCH isn't possible at /events/demo; DELETE, GET, POST is. The page /scalar lists all addresses.")]
    public async Task Answer_SaysWhatToAskInstead(string method, string path, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);

        (await shared.Server.AskAsync(request)).Title.ShouldBe(title);
    }
}
