using EventStream.Audit;

var options = AuditOptions.Parse(args);
if (options is null) return 2;
return await new AuditRun(options).RunAsync();
