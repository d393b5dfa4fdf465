using System.CommandLine;
using System.CommandLine.Parsing;

namespace EventStream.Benchmarks;

/// <summary>Options that several commands share, with the checks of their values.</summary>
internal static class CommonOptions
{
    public static Option<Uri?> Server() => new("--server")
    {
        Description = "A running server, such as http://localhost:8000; else one is started.",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var server) && server.Scheme == "http"
            ? server
            : Fail<Uri?>(result, "must be an http address, such as http://localhost:8000"),
    };

    public static Option<string?> Redis() => new("--redis")
    {
        Description = "The Redis of that server, such as localhost:6379; else one is started.",
        CustomParser = result => result.Tokens[0].Value is var text && text.Split(':') is [not "", var port] && ushort.TryParse(port, out _)
            ? text
            : Fail<string?>(result, "must be HOST:PORT, such as localhost:6379"),
    };

    public static Option<bool> Markdown() => new("--markdown") { Description = "Print rows of a Markdown table." };

    public static Option<int> Number(string name, int preset, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => preset, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is var value && value >= least && value <= most) return;
            result.AddError($"{name} must be between {least} and {most}.");
        });
        return option;
    }

    public static Option<int[]> Numbers(string name, int[] preset, int least, int most, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => preset,
        HelpName = "N,N,...",
        CustomParser = result =>
        {
            var numbers = result.Tokens[0].Value.Split(',').Select(text => int.TryParse(text, out var number) ? number : -1).ToArray();
            return numbers.All(number => number >= least && number <= most) ? numbers : Fail<int[]>(result, $"must be numbers between {least} and {most}, such as {string.Join(',', preset)}");
        },
    };

    /// <summary>An option that takes some of a few names; all of them when absent.</summary>
    public static Option<string[]> Names(string name, string[] all, string description) => new(name)
    {
        Description = $"{description} Of {string.Join(',', all)}; all when absent.",
        DefaultValueFactory = _ => all,
        HelpName = "NAME,...",
        CustomParser = result =>
        {
            var names = result.Tokens[0].Value.Split(',');
            return names.All(all.Contains) ? names : Fail<string[]>(result, $"must be some of {string.Join(',', all)}");
        },
    };

    public static T? Fail<T>(ArgumentResult result, string rule)
    {
        result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value} {rule}.");
        return default;
    }
}
