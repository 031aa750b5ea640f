using InnovationScale;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Innovations;
using InnovationScale.Numbers;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.Server;
using InnovationScale.Trials;

if (HostCommand.IsOne(args)) return HostCommand.Run(args, Console.Out, Console.Error);

if (!ServerOptions.TryRead(args, out var options, out var configuration, out var mistakes))
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, ["InnovationScale did not start:", .. mistakes.Select(mistake => $"  {mistake}")]));
    return 2;
}

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = CommandLine.ForHost(args), ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.AddConfiguration(configuration);
builder.WebHost.ListenAsAsked(options);
builder.Services.AddSingleton(options);
builder.Services.AddSingleton(new UploadSettings(options.UploadMegabytesMax * 1024L * 1024, options.MinimumCellSize, options.UploadsADayMax));
builder.Services.AddEmbeddedGrains(options.OpenStore);
builder.Services.AddWeb(
    new InnovationScale.Site(options.Demo, options.SignInMode is not SignInMode.Off, Sections: ["pilots", "trials", "innovations"]),
    options.SignInMode,
    options.Https,
    keys: new DirectoryInfo(Path.Combine(options.DataFolder, "keys")));

var app = builder.Build();
app.UseWeb();
app.MapWeb();
app.MapPeople();
app.MapPilots();
app.MapCycles();
app.MapIncidents();
app.MapTrials();
app.MapEvaluations();
app.MapInnovations();
app.MapReplications();
app.MapStudies();
app.MapNumbers();

return await app.Serve(options);
