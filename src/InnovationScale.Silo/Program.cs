using InnovationScale;
using InnovationScale.Serving;
using InnovationScale.Silo;

var asked = args is ["health", ..];
var settings = new Settings(asked ? args[1..] : args, [.. ServerOptions.Keys, .. SiloOptions.Keys]);
var options = ServerOptions.Read(settings);
if (asked && settings.Mistakes is []) return await HealthCheck.Ask(options);

var cluster = SiloOptions.Read(settings);
if (settings.Mistakes is not []) return await HttpServing.DidNotStart(settings.Mistakes);

var builder = HttpServing.Builder(args, settings.Configuration, options);
builder.Services.AddProduct(options.OpenStore, options.OpenVault);
builder.UseOrleans(silo => silo.AddProductGrains(cluster));

var app = builder.Build();
app.UseWeb();
app.MapProduct();
return await app.Serve(options, Cluster.WhyNotStarted);
