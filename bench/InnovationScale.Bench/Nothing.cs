using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>
/// The product's own house (headers, limits, faults, sign-in) around one route that reads an observation, does nothing with it and answers as
/// the real one does: what HTTP costs before anything is decided or kept.
/// </summary>
internal static class Nothing
{
    public const string Path = "/api/v1/nothing";

    public static async Task Serve()
    {
        var keys = Directory.CreateTempSubdirectory("innovationscale-keys-");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWeb(new(false, true, Sections: []), SignInMode.LocalPeople, https: false, protection => protection.PersistKeysToFileSystem(keys));
        await using var app = builder.Build();
        app.UseWeb();
        app.MapGet("/health", () => "Healthy");
        app.MapPost(Path, (Cell cell, IdempotencyKey key) => Told.Done(new Receipt($"nothing/{cell.Class}", key.Value.Length)));
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Nothing serves {app.Urls.First()}"));
        await app.RunAsync();
        keys.Delete(recursive: true);
    }
}
