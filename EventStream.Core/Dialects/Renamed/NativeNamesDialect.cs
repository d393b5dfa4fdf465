namespace EventStream.Dialects.Renamed;

/// <summary>The envelope under the name that an event has in the system that it comes from.</summary>
internal sealed class NativeNamesDialect : RenamedDialect
{
    public override string Name => "native";

    protected override string? NameOf(string type, string? sourceType) => sourceType;
}
