using EventStream.Benchmarks;

const string Usage = """
    Usage: dotnet run -c Release --project EventStream.Benchmarks -- latency [options]

    latency   publish -> receive on one stream of a running server, at a steady rate
      --server URL      the server to stream from (http://localhost:8000)
      --redis HOST:PORT publish through Redis, as a worker beside it does; else over HTTP to the server
      --rate N          events a second (200)
      --seconds N       how long to measure, after 2 seconds of warming up (10)
    """;

if (args is ["-h" or "--help"] or [])
{
    Console.WriteLine(Usage);
    return 0;
}
if (args[0] != "latency" || LatencyOptions.TryParse(args[1..]) is not { } options)
{
    await Console.Error.WriteLineAsync(Usage);
    return 2;
}
try
{
    return await LatencyRun.RunAsync(options);
}
catch (HttpRequestException e)
{
    await Console.Error.WriteLineAsync($"The server at {options.Server} can't be streamed from: {e.Message}");
    return 1;
}
