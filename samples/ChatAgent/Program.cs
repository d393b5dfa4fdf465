using System.Net;
using ChatAgent.Models;
using ChatAgent.Tools;
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
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? Refused : Unreachable;
        }
    }

    private static async Task RunAsync(Arguments options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        using var chat = ChatModel.Of(options);
        var agent = chat.AsAIAgent(Instructions, options.Agent, tools: [MachineTool.Make(), NoteTool.Make(options.Notes)]);

        // These lines put the agent on the stream.
        builder.Services.AddEventDispatcher(events => (events.Server, events.Key) = (options.Server, options.Key));
        builder.Services.AddAgent(options.Agent, agent, hosting => hosting.Lease = options.Lease);

        await builder.Build().RunAsync();
    }
}
