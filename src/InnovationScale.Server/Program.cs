using InnovationScale;
using InnovationScale.Server;
using InnovationScale.Serving;

if (HostCommand.IsOne(args)) return HostCommand.Run(args, Console.Out, Console.Error);

var settings = new Settings(args, ServerOptions.Keys);
var options = ServerOptions.Read(settings);
if (settings.Mistakes is not []) return await HttpServing.DidNotStart(settings.Mistakes);

var builder = HttpServing.Builder(args, settings.Configuration, options);
builder.Services.AddEmbeddedGrains(options.OpenStore, options.OpenVault);

var app = builder.Build();
app.UseWeb();
app.MapProduct();
return await app.Serve(options);
