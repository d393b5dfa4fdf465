using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

public abstract partial class AgentContract
{
    [Fact]
    public async Task Run_IsCancelled_WhenSomebodyAsksItToStop()
    {
        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop));
        await AskAsync("r1");
        await EventsAsync("run_started");

        (await PostAsync("runs/r1/interrupt", """{"reason":"user_stop"}""")).ShouldBe(HttpStatusCode.OK);

        (await EventsAsync("run_cancelled"))[^1].Payload.ShouldBe("""{"run_id":"r1","termination_reason":"user_stop"}""");
    }

    [Fact]
    public async Task Run_IsCancelledAtOnce_WhenItWasAskedToStopBeforeItBegan()
    {
        await AskAsync("r1");
        (await PostAsync("runs/r1/interrupt", "")).ShouldBe(HttpStatusCode.OK);

        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop));

        (await EventsAsync("run_cancelled")).Select(told => told.Type).ShouldBe(["run_requested", "run_interrupt_requested", "run_started", "run_cancelled"]);
    }

    [Fact]
    public async Task Stop_EndsTheRunsOfTheWorker_AndAnotherTakesTheNext()
    {
        var first = await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop));
        await AskAsync("r1");
        await EventsAsync("run_started");

        await first.StopAsync();

        (await EventsAsync("run_cancelled"))[^1].Payload.ShouldBe("""{"run_id":"r1","termination_reason":"worker_stopped"}""");
        await HostAsync((run, _) => Task.CompletedTask);
        await AskAsync("r2");
        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"r2\"");
    }

    [Fact]
    public async Task Stop_EndsARunWhoseHandlerGoesOn_AndGivesItsPlaceToTheNext()
    {
        var never = new TaskCompletionSource();
        await HostAsync((run, _) => run.RunId == "r1" ? never.Task : Task.CompletedTask, options => (options.MaxRuns, options.StopTimeout) = (1, TimeSpan.FromSeconds(1)));
        await AskAsync("r1");
        await EventsAsync("run_started");
        await AskAsync("r2");

        await PostAsync("runs/r1/interrupt", """{"reason":"user_stop"}""");

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"r2\"");
        (await LogAsync()).Single(told => told.Type == "run_cancelled").Payload.ShouldBe("""{"run_id":"r1","termination_reason":"user_stop"}""");
    }

    [Fact]
    public async Task Stop_EndsTheRun_WhateverItsCallbacksThrow()
    {
        await HostAsync(async (run, stop) =>
        {
            await using var faulty = stop.UnsafeRegister(_ => throw new InvalidDataException("callback"), null);
            await Task.Delay(Timeout.Infinite, stop);
        });
        foreach (var run in (string[])["r1", "r2"])
        {
            await AskAsync(run);
            await Eventually.TrueAsync(async () => (await LogAsync()).Any(told => told.Type == "run_started" && told.Payload.Contains(run, StringComparison.Ordinal)), Cancel);

            await PostAsync($"runs/{run}/interrupt", "");

            await Eventually.TrueAsync(async () => (await LogAsync()).Any(told => told.Type == "run_cancelled" && told.Payload.Contains(run, StringComparison.Ordinal)), Cancel);
        }
    }

    [Fact]
    public async Task Stop_CancelsARunThatWaitsForAPlace()
    {
        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop), options => options.MaxRuns = 1);
        await AskAsync("r1");
        await EventsAsync("run_started");
        await AskAsync("r2");

        await PostAsync("runs/r2/interrupt", """{"reason":"not needed"}""");

        (await EventsAsync("run_cancelled"))[^1].Payload.ShouldBe("""{"run_id":"r2","termination_reason":"not needed"}""");
        (await LogAsync()).ShouldNotContain(told => told.Type == "run_cancelled" && told.Payload.Contains("r1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Worker_Stops_WhenItsRunHasEndedElsewhere()
    {
        var stopped = await RunUntilStoppedAsync("r1");

        await Server.PostAsync($"/events/{Session}", """{"type":"run_failed","payload":{"run_id":"r1","error":"x","error_type":"lost"}}""");

        await stopped.WaitAsync(Timeouts.Default, Cancel);
        (await LogAsync())[^1].Type.ShouldBe("run_failed");
    }
}
