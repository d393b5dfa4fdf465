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
}
