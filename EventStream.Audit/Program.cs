using EventStream.Audit;

var options = AuditOptions.Parse(args);
if (options is null) return 2;
using var run = new AuditRun(options);
return await run.RunAsync();
