using System.Data.Common;
using InnovationScale.Demonstration;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace InnovationScale.Server;

/// <summary>Listening, and the one line that says where and with which data.</summary>
internal static class Serving
{
    /// <summary>After SIGTERM, for what was taken in to be answered. A client that never finishes its request is not waited for any longer.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    public static void ListenAsAsked(this IWebHostBuilder host, ServerOptions options)
    {
        host.UseUrls(options.Addresses);
        host.UseKestrelHttpsConfiguration();
        // The style sheet is found under `dotnet run` in Production too, packed when it was built. The framework's own reloading of changed
        // files packs anew with gzip and says Brotli, hence off.
        host.UseStaticWebAssets();
        host.UseSetting("ReloadStaticAssetsAtRuntime", "false");
        host.ConfigureServices(services =>
        {
            services.Configure<HostOptions>(stopping => stopping.ShutdownTimeout = Drain);
            services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(all => new ConfigureOptions<LoggerFilterOptions>(filters => SayOnceWhyItDidNotStart(filters, all)));
        });
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.RequestKilobytesMax * 1_024L;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1_024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        });
    }

    /// <summary>What keeps it from starting is told below in a sentence: the framework's host, which would print its stack too, is heard from the start on.</summary>
    private static void SayOnceWhyItDidNotStart(LoggerFilterOptions filters, IServiceProvider services) =>
        filters.AddFilter("Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Information && services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested);

    /// <summary>Serves until stopped. What keeps it from starting is told in a sentence.</summary>
    public static async Task<int> Serve(this WebApplication app, ServerOptions options)
    {
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(
            $"InnovationScale serves {string.Join(" and ", app.Urls)} and keeps its data in {options.Records} (Ctrl+C stops it)."));
        try
        {
            // The log opens first: a folder that another server owns, or a database that is not there, is told before anything listens.
            _ = app.Services.GetRequiredService<EventLog>();
            if (options.Demo) await Lantern.Load(app.Services.GetRequiredService<IGrains>(), app.Services.GetRequiredService<SqlLogStore>(), app.Services.GetRequiredService<Access>());
            await app.RunAsync();
            return 0;
        }
        catch (Exception taken) when (taken is DataFolderInUseException or StoreNotUsableException or DbException)
        {
            await Console.Error.WriteLineAsync($"InnovationScale did not start:{Environment.NewLine}  {taken.Message}");
            return 2;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"InnovationScale did not start:{Environment.NewLine}  {taken.Message} Choose another with --urls http://127.0.0.1:PORT.");
            return 2;
        }
    }
}
