using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;
using EventStream.Api.Publishing;
using EventStream.Api.Settings;
using EventStream.Api.Streaming;
using EventStream.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests;

/// <summary>An invalid setting stops the start with one line that names it.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class StartTests
{
    [Theory]
    [InlineData("Cors:Origins:0", "app.example.com")]
    [InlineData("Cors:Origins:0", "https://app.example.com/path")]
    [InlineData("Cors:Origins:0", "https://app.example.com?x=1")]
    [InlineData("Cors:Origins:0", "https://app.example.com/#x")]
    [InlineData("Cors:Origins:0", "https://user@app.example.com")]
    [InlineData("Cors:Origins:0", "ftp://app.example.com")]
    [InlineData("Cors:Origins:0", "*")]
    [InlineData("Cors:Origins:0", "")]
    [InlineData("Cors:Origins", "https://app.example.com,*")]
    [InlineData("Streaming:Heartbeat", "00:00:00")]
    [InlineData("Streaming:Heartbeat", "soon")]
    [InlineData("Streaming:WriteTimeout", "02:00:00")]
    [InlineData("Streaming:JoinTimeout", "00:02:00")]
    [InlineData("Streaming:MaxAge", "00:00:00.5")]
    [InlineData("Streaming:Linger", "-00:00:01")]
    [InlineData("Streaming:PositionCheck", "00:00:00")]
    [InlineData("Streaming:RetryMs", "0")]
    [InlineData("Streaming:MaxStreams", "0")]
    [InlineData("Streaming:MaxStreamsPerKey", "-1")]
    [InlineData("Streaming:MaxFeeds", "0")]
    [InlineData("Streaming:MaxFeeds", "many")]
    [InlineData("Publishing:RetryBudget", "00:01:01")]
    [InlineData("Publishing:RetryBudget", "-00:00:01")]
    [InlineData("Publishing:BodyTimeout", "00:00:00")]
    [InlineData("Publishing:MaxBodyBytes", "1000")]
    [InlineData("Ingest:MaxUploads", "0")]
    [InlineData("Ingest:MaxBytes", "1000")]
    [InlineData("Ingest:LineTimeout", "00:00:00")]
    [InlineData("Ingest:AnswerTimeout", "02:00:00")]
    [InlineData("Inspector:Enabled", "yes")]
    [InlineData("Inspector:Enable", "false")]
    [InlineData("Inspector:Servers", "wss://events.example.com")]
    [InlineData("Inspector:Servers", "app://events")]
    [InlineData("Inspector:Servers:0", "*")]
    [InlineData("Access:Limits:Streams", "0")]
    [InlineData("Access:Limits:StoredBytes", "-1")]
    [InlineData("Access:Limits:StoredByte", "1")]
    [InlineData("Access:Limits:Uploads", "many")]
    [InlineData("Log:MaxEvents", "0")]
    [InlineData("Log:MaxEvents", "1000001")]
    [InlineData("Log:MaxBytes", "1000")]
    [InlineData("Log:Retention", "00:00:00")]
    [InlineData("Log:DedupeEvents", "0")]
    [InlineData("Log:DedupeWindow", "2.00:00:00")]
    [InlineData("Log:MaxEndedRuns", "0")]
    [InlineData("InMemoryBus:MaxStreams", "0")]
    [InlineData("InMemoryBus:MaxBytes", "1000")]
    [InlineData("ConnectionStrings:Redis", "localhost:6379,nonsense=1")]
    [InlineData("ConnectionStrings:Redis", ",")]
    [InlineData("ConnectionStrings:Redis", "http://localhost:6379")]
    [InlineData("ConnectionStrings:Redis", "redis://localhost:99999")]
    [InlineData("Redis:CommandTimeout", "00:00:00")]
    [InlineData("Redis:CommandTimeout", "soon")]
    public async Task Start_FailsNamingTheSetting_WhenItCantWork(string setting, string value)
    {
        var line = await FailAsync($"--{setting}={value}");
        line.ShouldContain(setting.StartsWith("Cors:", StringComparison.Ordinal) ? "Cors:Origins" : setting.TrimEnd(':', '0'));
    }

    [Theory]
    [InlineData("Streaming:Hearbeat", "00:00:15", "Streaming:Hearbeat is no setting; did you mean Streaming:Heartbeat?")]
    [InlineData("streaming:maxstream", "5", "streaming:maxstream is no setting; did you mean Streaming:MaxStreams?")]
    [InlineData("Publishing:Budget", "00:00:02", "Publishing:Budget is no setting; did you mean Publishing:RetryBudget?")]
    [InlineData("Log:Retentions", "1.00:00:00", "Log:Retentions is no setting; did you mean Log:Retention?")]
    [InlineData("Log:MetaRetention", "1.00:00:00", "Log:MetaRetention is no setting; did you mean Log:Retention?")]
    [InlineData("Cors:Origin:0", "https://app.example.com", "Cors:Origin is no setting; did you mean Cors:Origins?")]
    [InlineData("Streaming:Heartbeat", "15", "Streaming:Heartbeat is '15'; write a time as hours:minutes:seconds, such as 00:00:15 for 15 seconds, or 1.00:00:00 for a day.")]
    [InlineData("Log:Retention", "24", "Log:Retention is '24'; write a time as hours:minutes:seconds")]
    [InlineData("Streaming:MaxAge", "5", "Streaming:MaxAge is '5'; write a time")]
    [InlineData("Log:MaxEvents", "99999999999", "Log:MaxEvents must be between 1 and 1000000.")]
    [InlineData("Log:MaxBytes", "8 MiB", "Log:MaxBytes is '8 MiB'; it must be a whole number.")]
    [InlineData("urls", "nonsense", "nonsense")]
    [InlineData("Inspector", "false", "Inspector is no setting but holds some; write Inspector:Enabled=false, or another of its settings.")]
    [InlineData("Inspector:Server", "https://events.example.com", "Inspector:Server is no setting; did you mean Inspector:Servers?")]
    [InlineData("Inspector:Servers", "https://events.example.com/prefix", "Inspector:Servers holds 'https://events.example.com/prefix'; an origin is scheme, host and port alone, of a page: write https://events.example.com.")]
    [InlineData("Inspector:Servers", "app://events", "Inspector:Servers holds 'app://events'; a server's origin begins with http:// or https://.")]
    [InlineData("Cors", "https://app.example.com", "Cors is no setting but holds some; write Cors:Origins=https://app.example.com, or another of its settings.")]
    [InlineData("PathBase", "eventstream", "PathBase is 'eventstream'; write the prefix as addresses begin with it, such as /eventstream.")]
    [InlineData("PathBase", "/event stream", "PathBase is '/event stream'; write the prefix")]
    [InlineData("PathBase", "https://app.example.com/x", "PathBase is 'https://app.example.com/x'; write the prefix")]
    public async Task Start_FailsSayingWhatIsMeant_WhenASettingIsMisspelt(string setting, string value, string expected) =>
        (await FailAsync($"--{setting}={value}")).ShouldContain(expected);

    [Theory]
    [InlineData("--port=8001", "--port is no setting; did you mean --urls=http://localhost:8001? See --help.")]
    [InlineData("--ulrs=http://localhost:8001", "--ulrs is no setting; did you mean --urls? See --help.")]
    [InlineData("--Streamin:Heartbeat=00:00:10", "--Streamin:Heartbeat is no setting; did you mean --Streaming:Heartbeat? See --help.")]
    [InlineData("--ConnectionString:Redis=localhost:6379", "did you mean --ConnectionStrings:Redis?")]
    [InlineData("demo", "'demo' is no setting: write --NAME=VALUE, such as --urls=http://localhost:8001. See --help.")]
    [InlineData("-x", "'-x' is no setting")]
    [InlineData("--", "'--' is no setting")]
    public async Task Start_FailsSayingWhatIsMeant_WhenAnArgumentIsNoSetting(string argument, string expected) => (await FailAsync(argument)).ShouldContain(expected);

    [Theory]
    [InlineData("ConnectionString__Redis", "ConnectionString__Redis is no setting; did you mean ConnectionStrings__Redis?")]
    [InlineData("Streamin__Heartbeat", "Streamin__Heartbeat is no setting; did you mean Streaming__Heartbeat?")]
    public void CheckSections_SaysWhichVariableIsMeant(string variable, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(variable.Replace("__", ":", StringComparison.Ordinal), "x"), new("PATH", "/bin"), new("Some:Thing", "else")]).Build();

        Should.Throw<SettingException>(() => CommandLine.CheckSections(configuration)).Message.ShouldBe(expected);
    }

    [Theory]
    [InlineData("--help", "--urls=http://localhost:8000")]
    [InlineData("-h", "--version")]
    [InlineData("--version", ".")]
    public void Answer_IsPrinted_WhenNoServerIsAskedFor(string argument, string expected)
    {
        using var output = new StringWriter();

        CommandLine.Answer([argument], output, TextWriter.Null).ShouldBe(0);

        output.ToString().ShouldContain(expected);
        CommandLine.Answer(["--urls", "http://localhost:8001"], TextWriter.Null, TextWriter.Null).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "write origins such as https://app.example.com, with commas between them.")]
    [InlineData("*", "wildcards aren't supported: list each origin")]
    [InlineData("https://*.example.com", "wildcards aren't supported: list each origin")]
    [InlineData("http://localhost:*", "wildcards aren't supported: list each origin")]
    [InlineData("null", "every local file and every sandboxed frame has the origin null, a stranger's too")]
    [InlineData("file://", "serve the page over http or from a scheme of its own")]
    [InlineData("app.example.com", "write https://app.example.com.")]
    [InlineData("localhost:5173", "write http://localhost:5173.")]
    [InlineData("//app.example.com", "write it as location.origin shows it")]
    [InlineData("https://app.example.com/path?x#y", "write https://app.example.com.")]
    [InlineData("https://user:secret@app.example.com:8443/", "write https://app.example.com:8443.")]
    [InlineData("ws://localhost:8000", "write http://localhost:8000.")]
    [InlineData("wss://app.example.com", "write https://app.example.com.")]
    [InlineData("https://bücher.example/x", "write https://xn--bcher-kva.example.")]
    [InlineData("ftp://app.example.com", "write it as location.origin shows it")]
    [InlineData("data:text/html", "write it as location.origin shows it")]
    [InlineData("https://256.1.1.1", "write it as location.origin shows it")]
    [InlineData("https://app.example.com:99999", "write it as location.origin shows it")]
    [InlineData("'https://app.example.com'", "write origins without quotes, brackets or spaces, with commas between them")]
    [InlineData("[\"https://app.example.com\"]", "write origins without quotes, brackets or spaces, with commas between them")]
    [InlineData("https://a.example.com https://b.example.com", "write origins without quotes, brackets or spaces, with commas between them")]
    [InlineData("https://a.example.com;https://b.example.com", "write origins without quotes, brackets or spaces, with commas between them")]
    public async Task Start_SaysWhatToWrite_WhenNoBrowserSendsTheOrigin(string origin, string fix) =>
        (await FailAsync($"--Cors:Origins:0={origin}")).ShouldMatch($"^EventStream can't start: Cors:Origins holds '{Regex.Escape(origin)}'; .*{Regex.Escape(fix)}");

    [Fact]
    public async Task Start_FailsWithOneLine_WhenThePortIsTaken()
    {
        await using var server = TestServer.Start();
        var address = server.Address.GetLeftPart(UriPartial.Authority);
        (await FailAsync($"--urls={address}")).ShouldBe($"EventStream can't start: {address} is taken, perhaps by another EventStream. Stop that one, or listen elsewhere, such as on --urls http://localhost:{server.Address.Port + 1}.");
    }

    [Fact]
    public void Line_SaysWhichPortsAreTheSystems() =>
        StartFailure.Line(new SocketException((int)SocketError.AccessDenied)).ShouldBe("EventStream can't start: this user may not listen on that address; ports below 1024 are the system's. Choose another port, such as --urls http://localhost:8000, and put a proxy in front.");

    [Fact]
    public async Task Process_EndsWithOneLineAndExitCode1_WhenASettingCantWork()
    {
        var (code, errors) = await ApiProcess.FailAsync("--Streaming:Heartbeat=soon");
        errors.ShouldBe("EventStream can't start: Streaming:Heartbeat is 'soon'; write a time as hours:minutes:seconds, such as 00:00:15 for 15 seconds, or 1.00:00:00 for a day.");
        code.ShouldBe(1);
    }

    // Standard error and output together: no log line with a stack trace stands beside it.
    [Theory]
    [InlineData("--urls=http://0.0.0.0:0", "EventStream can't start: everyone who reaches ")]
    [InlineData("--Access:File=/no/such/file.json", "EventStream can't start: The file of Access:File can't be read: ")]
    [InlineData("--urls=localhost:8000", "EventStream can't start: Invalid url: 'localhost:8000'")]
    [InlineData("--urls=http://localhost:99999", "EventStream can't start: ports are 0 to 65535.")]
    public async Task Process_PrintsOneLine_WhenItsStartIsRefused(string setting, string line)
    {
        var (code, output) = await ApiProcess.RefuseAsync(setting);
        var told = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        told.ShouldContain(text => text.StartsWith(line, StringComparison.Ordinal));
        output.ShouldNotContain("   at ");
        output.ShouldNotContain("fail:");
        output.ShouldNotContain("crit:");
        code.ShouldBe(1);
    }

    [Fact]
    public async Task Start_SaysWhichLevelsThereAre_WhenALogLevelIsUnknown() =>
        (await FailAsync("--Logging:LogLevel:Microsoft=Loud")).ShouldBe("EventStream can't start: Configuration value 'Loud' is not supported. Log levels are Trace, Debug, Information, Warning, Error, Critical and None.");

    [Theory]
    [InlineData("--Kestrel:Certificates:Default:Path=/nowhere/server.pfx", "Could not find ")]
    [InlineData("--urls=http://localhost:99999", "ports are 0 to 65535.")]
    [InlineData("--urls=localhost:8000", "Invalid url: 'localhost:8000'")]
    [InlineData("--urls=ftp://localhost:8000", "Unrecognized scheme in server address 'ftp://localhost:8000'.")]
    [InlineData("--urls=http://unix:/nowhere/eventstream.sock", "Cannot assign requested address")]
    [InlineData("--Kestrel:Endpoints:a:Protocols=Http1", "The endpoint a is missing the required 'Url' parameter.")]
    public async Task Start_FailsInOneLine_WhenItCannotListen(string setting, string reason) =>
        (await FailAsync(setting)).ShouldMatch($"^EventStream can't start: {Regex.Escape(reason)}.* Look at --urls, such as http://localhost:8000,");

    [Theory]
    [InlineData("--urls=http://0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("--urls=http://[::]:0", "[::]:0")]
    [InlineData("--urls=http://*:0", "0.0.0.0:0")]
    [InlineData("--Kestrel:Endpoints:a:Url=http://0.0.0.0:0", "0.0.0.0:0")]
    public async Task Start_IsRefused_WhenStrangersWouldReachAnOpenServer(string setting, string address) =>
        (await FailAsync(setting)).ShouldBe($"EventStream can't start: everyone who reaches {address} could read and write every session. Listen on this machine alone (--urls http://localhost:8000), or ask for keys (make one with `dotnet run --project EventStream.Api -- keys new worker`), "
            + "or set Access:Open=true when something in front of the server decides who gets in.");

    [Theory]
    [InlineData("--Access:Open=yes", "Access:Open is 'yes'; it must be true or false.")]
    [InlineData("--Access:Key:worker:Hash=x", "Access:Key is no setting; did you mean Access:Keys?")]
    [InlineData("--Access:Keys=es_worker_x", "Access:Keys is no setting but holds some; write Access:Keys:ID:Hash and Access:Keys:ID:Grants:0.")]
    [InlineData("--Access:Keys:Worker_1:Hash=x", "Access:Keys:Worker_1: the id of a key is 1 to 32 lower-case letters, digits and dashes.")]
    [InlineData("--Access:Keys:worker:Hash=x", "Access:Keys:worker:Hash must be the 64 lower-case hexadecimal digits that `keys new worker` prints.")]
    [InlineData("--Access:Keys:worker:Secret=x", "Access:Keys:worker:Secret is no setting of a key; it has Hash, Grants and Name.")]
    [InlineData("--Access:Keys:worker:Grants:0=publish session:a", "Access:Keys:worker:Hash must be")]
    [InlineData("--Access:File=/nowhere/keys.json", "The file of Access:File can't be read: ")]
    [InlineData("--Access:Hosts=https://events.example.com", "Access:Hosts holds 'https://events.example.com'; write names of hosts without scheme and port")]
    [InlineData("--Access:Jwt:Issuer=https://issuer.example", "Access:Jwt:Audience is missing; without it, tokens that were made for other servers would count here.")]
    [InlineData("--Access:Jwt:Audience=eventstream", "Access:Jwt says by nothing whose tokens count; set Access:Jwt:Authority, :PublicKeys:0 or :Secret.")]
    [InlineData("--Access:Jwt:Key=x", "Access:Jwt:Key is no setting; there are Authority, Issuer, Audience, Secret, PublicKeys.")]
    public async Task Start_SaysWhichAccessSettingIsWrong(string setting, string reason) => (await FailAsync(setting)).ShouldStartWith($"EventStream can't start: {reason}");

    [Fact]
    public async Task Start_SaysWhichGrantIsWrong() =>
        (await FailAsync("--Access:Keys:worker:Grants:0=publish session:a", $"--Access:Keys:worker:Hash={new string('0', 64)}", "--Access:Keys:worker:Grants:1=publsh session:a"))
            .ShouldBe("EventStream can't start: Access:Keys:worker:Grants:1 is 'publsh session:a'; write subscribe, publish, command or admin, a space, and session:ID, session:PREFIX*, project:ID, agent:NAME, broadcast or *, such as 'publish session:demo'.");

    [Theory]
    [InlineData("--Access:Jwt:Secret=0123456789", "Access:Jwt:Secret has 10 bytes; HS256 needs 32 or more.")]
    [InlineData("--Access:Jwt:PublicKeys:0=-----BEGIN PUBLIC KEY-----", "Access:Jwt:PublicKeys:0 must be a public key of RSA or ECDSA in PEM")]
    [InlineData("--Access:Jwt:Authority=https://issuer.example", "Access:Open is true, so keys and tokens would count for nothing")]
    public async Task Start_SaysWhatIsWrongWithTokens(string setting, string reason) =>
        (await FailAsync(setting, "--Access:Jwt:Audience=eventstream", "--Access:Open=true")).ShouldStartWith($"EventStream can't start: {reason}");

    [Fact]
    public async Task Start_Succeeds_WhenEverySettingIsGiven()
    {
        await using var server = TestServer.Start(new()
        {
            ["streaming:heartbeat"] = "00:00:07",
            ["Streaming:Linger"] = "0",
            ["Log:MaxBytes"] = "9000000000",
            ["Log:DedupeWindow"] = "1.00:00:00",
            ["Publishing:RetryBudget"] = "00:00:00.25",
            ["Cors:Origins"] = "https://app.example.com",
        });
        var streaming = server.Services.GetRequiredService<IOptions<StreamingOptions>>().Value;
        (streaming.Heartbeat, streaming.Linger, streaming.MaxStreams).ShouldBe((TimeSpan.FromSeconds(7), TimeSpan.Zero, 20_000));
        var log = server.Services.GetRequiredService<IOptions<EventStreamOptions>>().Value.Log;
        (log.MaxBytes, log.DedupeWindow, log.MaxEvents).ShouldBe((9_000_000_000, TimeSpan.FromDays(1), 10_000));
        server.Services.GetRequiredService<IOptions<PublishingOptions>>().Value.RetryBudget.ShouldBe(TimeSpan.FromMilliseconds(250));
    }

    // Runs the program inside this process. These tests run alone, because all tests share one console.
    private static async Task<string> FailAsync(params string[] settings)
    {
        string[] arguments = ["--urls=http://127.0.0.1:0", .. settings, "--Logging:LogLevel:Default=None"];
        var (errors, before) = (new StringWriter(), Console.Error);
        Console.SetError(errors);
        try
        {
            var running = Task.Run(() => typeof(Program).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null), TestContext.Current.CancellationToken);
            (await running.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken)).ShouldBe(1);
        }
        finally
        {
            Console.SetError(before);
        }
        var line = errors.ToString().Trim();
        line.ShouldStartWith("EventStream can't start: ");
        line.ShouldNotContain("\n");
        return line;
    }
}
