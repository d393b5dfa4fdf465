using System.CommandLine;
using EventStream.Benchmarks.Attacks;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Attacks a server of its own on loopback, and measures what that costs the server and its other clients.</summary>
internal static class AttackCommand
{
    private const string Every = "all";

    private static readonly IAttack[] Attacks =
        [new IngestIds(), new IngestText(), new FilteredHistory(), new UnfinishedUploads(), new UnreadAnswers(), new SmallEvents(), new ManyTypes(), new PingFlood()];

    private static readonly Argument<string[]> Names = new("attack")
    {
        Description = $"Which ones, one after the other.\n{string.Join('\n', Attacks.Select(attack => $"{attack.Name}: {attack.Description}"))}\n{Every}: each of them",
        Arity = ArgumentArity.OneOrMore,
        HelpName = string.Join('|', Attacks.Select(attack => attack.Name).Append(Every)),
    };

    private static readonly Option<string?> Server = new("--server") { Description = "The folder of a built or published server, such as an older one; else the one that was built beside this program.", HelpName = "DIR" };
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("attack", "What a client who means harm can do to a server. Each attack starts a server of its own on loopback, takes at most 30 s, and prints the server's memory and processor time, "
            + "its answers to the attack, and what other clients felt meanwhile. Linux only.") { Names, Server, Markdown };
        Names.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value != Every && !Attacks.Any(attack => attack.Name == token.Value)))
                result.AddError($"'{token.Value}' is no attack: {Names.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}.");
        });
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(Server) is { } folder) ServerProgram.Use(folder);
        var names = parsed.GetValue(Names)!;
        var table = AttackRun.NewTable();
        foreach (var attack in Attacks.Where(attack => names.Contains(Every) || names.Contains(attack.Name)))
        {
            await Console.Error.WriteLineAsync($"{attack.Name} …");
            await new AttackRun(attack).AddToAsync(table);
        }
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }
}
