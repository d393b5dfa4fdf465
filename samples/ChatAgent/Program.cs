using System.Net;
using System.Runtime.ExceptionServices;
using ChatAgent.Models;
using ChatAgent.Tools;
using EventStream.Bus;
using EventStream.Dispatching;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatAgent;

internal static class Program
{
    private const int Unreachable = 1;
    private const int BadArguments = 2;
    private const int Refused = 3;

    private const string Instructions = "You look after the machine that you run on. Look at it before you speak of it. Offer to write down what should be remembered.";

    private static async Task<int> Main(string[] arguments)
    {
        Arguments options;
        try
        {
            options = Arguments.Parse(arguments, Environment.GetEnvironmentVariable);
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}{Environment.NewLine}See --help.");
            return BadArguments;
        }
        if (options.IsHelp)
        {
            Console.WriteLine(Arguments.Usage);
            return 0;
        }
        Console.WriteLine($"Waits for runs of '{options.Agent}' at {options.Server}, answered by {(options.Model is { } model ? $"the model {model}" : "a script, not by a model")}. Ctrl+C ends it.");
        try
        {
            await RunAsync(options);
            return 0;
        }
        catch (BusUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message.TrimEnd('.')}. Is the server running there? Start it, or name another one with --server.");
            return Unreachable;
        }
        catch (HttpRequestException e)
        {
            var isRefused = e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            await Console.Error.WriteLineAsync(isRefused ? $"{e.Message}{Environment.NewLine}Give a key that may subscribe to agent '{options.Agent}' and publish to its sessions in {Arguments.KeyVariable} or with --key." : e.Message);
            return isRefused ? Refused : Unreachable;
        }
    }

    private static async Task RunAsync(Arguments options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        using var chat = ChatModel.Of(options);
        var agent = chat.AsAIAgent(Instructions, options.Agent, tools: [MachineTool.Make(), NoteTool.Make(options.Notes)]);

        // These lines put the agent on the stream.
        builder.Services.AddEventDispatcher(events => (events.Server, events.Key) = (options.Server, options.Key));
        Exception? refusal = null;
        using var refused = new CancellationTokenSource();
        builder.Services.AddAgent(options.Agent, agent, hosting =>
        {
            hosting.Lease = options.Lease;
            hosting.OnRefused = e =>
            {
                refusal = e;
                refused.Cancel();
            };
        });

        using var host = builder.Build();
        await ReachAsync(host.Services.GetRequiredService<EventDispatcher>());
        await host.RunAsync(refused.Token);
        if (refusal is not null) ExceptionDispatchInfo.Throw(refusal);
    }

    // An agent outlives its server; but whoever has just started it wants to know at once that there is none.
    private static async Task ReachAsync(EventDispatcher events)
    {
        try
        {
            await events.HasViewersAsync("demo");
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            // It answers; what the agent may do shows when it listens.
        }
    }
}
