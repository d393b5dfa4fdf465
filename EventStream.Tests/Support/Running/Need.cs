namespace EventStream.Tests.Support;

/// <summary>What a test may need beside .NET. <c>./test.sh</c> knows how to install each.</summary>
public enum Need
{
    /// <summary>The program <c>redis-server</c>.</summary>
    Redis,

    /// <summary>The program <c>nginx</c>.</summary>
    Nginx,

    /// <summary>Chromium.</summary>
    Browser,

    /// <summary>The inspector's page, built from <c>clients/typescript</c>.</summary>
    Inspector,

    /// <summary>The program <c>python3</c>.</summary>
    Python,

    /// <summary>The program <c>curl</c>, 7.82 or newer.</summary>
    Curl,

    /// <summary>The packages of <c>Clients/node</c>.</summary>
    NodeClients,

    /// <summary>The packages of <c>samples/nextjs</c>.</summary>
    NextJs,
}
