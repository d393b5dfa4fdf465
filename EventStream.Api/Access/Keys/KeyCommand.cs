namespace EventStream.Api.Access.Keys;

/// <summary>The command line <c>keys new ID</c>: prints a key, and what the settings have to hold of it.</summary>
internal static class KeyCommand
{
    private const string Usage = "Write `keys new ID`, such as `keys new worker`: it prints a key and the settings that let it in.";

    /// <summary>Whether the arguments are a command instead of settings.</summary>
    public static bool Is(string[] arguments) => arguments is ["keys", ..];

    /// <returns>The exit code of the program.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is not ["keys", "new", var id])
        {
            var asksForHelp = arguments is ["keys"] or ["keys", "--help" or "-h"];
            (asksForHelp ? output : errors).WriteLine(Usage);
            return asksForHelp ? 0 : 1;
        }
        if (!KeySecret.IsId(id))
        {
            errors.WriteLine($"The id '{id}' can't be used: ids are {KeySecret.IdForm}.");
            return 1;
        }
        var (text, hash) = KeySecret.Make(id);
        output.WriteLine($"""
            The key; nobody can show it again:

              {text}

            The settings that let it in, as environment variables or, with colons, in a file:

              Access__Keys__{id}__Hash={hash}
              Access__Keys__{id}__Grants__0='publish session:*'

            A grant is subscribe, publish, command or admin on session:ID, session:PREFIX*, project:ID, agent:NAME, broadcast or *.
            """);
        return 0;
    }
}
