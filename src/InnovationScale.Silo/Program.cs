using InnovationScale;
using InnovationScale.Serving;
using InnovationScale.Silo;

var settings = new Settings(args, [.. ServerOptions.Keys, .. SiloOptions.Keys]);
var options = ServerOptions.Read(settings);
var cluster = SiloOptions.Read(settings);
if (settings.Mistakes is not []) return await HttpServing.DidNotStart(settings.Mistakes);

var builder = HttpServing.Builder(args, settings.Configuration, options);
builder.Services.AddProduct(options.OpenStore);
builder.UseOrleans(silo => silo.AddProductGrains(cluster));

var app = builder.Build();
app.UseWeb();
app.MapProduct();
return await app.Serve(options);
