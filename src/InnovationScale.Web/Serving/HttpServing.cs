using System.Data.Common;
using InnovationScale.Demonstration;
using InnovationScale.People;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InnovationScale.Serving;

/// <summary>Listening, and the one line that says where and with which data.</summary>
public static class HttpServing
{
    /// <summary>After SIGTERM, for what was taken in to be answered. A client that never finishes its request is not waited for any longer.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    /// <summary>A host of the pages and the API, whatever will run the grains.</summary>
    public static WebApplicationBuilder Builder(string[] args, IConfiguration settings, ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = CommandLine.ForHost(args), ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(settings);
        builder.WebHost.ListenAsAsked(options);
        builder.Services.AddSingleton(options);
        if (options.OtlpEndpoint is { } collector) TelemetryExport.AddTo(builder, new(collector));
        if (options.WitnessFolder is { } witness) builder.Services.AddSingleton(new Witness(witness)).AddHostedService<DailyWitness>();
        builder.Services.AddSingleton(new UploadSettings(options.UploadMegabytesMax * 1024L * 1024, options.MinimumCellSize, options.UploadsADayMax));
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddSingleton<Grants.IReportLetters, Grants.ReportLetters>();
        builder.Services.AddSingleton<IMailer>(services => new MailFolder(options.MailFolder, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddWeb(
            new Site(options.Demo, options.SignInMode is not SignInMode.Off, Sections: ["pilots", "trials", "innovations", "committees", "calls", "community"]),
            options.SignInMode,
            options.Https,
            keys => keys.KeepWith(options));
        return builder;
    }

    /// <summary>Keys lie with the records: in the folder, or in the database that several nodes share.</summary>
    private static void KeepWith(this IDataProtectionBuilder keys, ServerOptions options)
    {
        if (options.Store is null) keys.PersistKeysToFileSystem(new(Path.Combine(options.DataFolder, "keys")));
        else keys.Services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((management, services) => management.XmlRepository = new StoredKeys(services.GetRequiredService<SqlLogStore>));
    }

    /// <summary>Tells every mistake of the settings at once; the exit code of a command whose words are off.</summary>
    public static async Task<int> DidNotStart(IEnumerable<string> mistakes)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, ["InnovationScale did not start:", .. mistakes.Select(mistake => $"  {mistake}")]));
        return 2;
    }

    private static void ListenAsAsked(this IWebHostBuilder host, ServerOptions options)
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

    private static Task LoadLantern(this IServiceProvider services) => Lantern.Load(
        services.GetRequiredService<IGrains>(), services.GetRequiredService<EventLog>(), services.GetRequiredService<SqlLogStore>(), services.GetRequiredService<Access>());

    /// <summary>Serves until stopped. What keeps it from starting is told in a sentence.</summary>
    /// <param name="why">Knows a sentence for what only this host can meet.</param>
    public static async Task<int> Serve(this WebApplication app, ServerOptions options, Func<Exception, string?>? why = null)
    {
        try
        {
            // The log opens first: a folder that another server owns, or a database that is not there, is told before anything listens.
            _ = app.Services.GetRequiredService<EventLog>();
            if (options.Demo) await app.Services.LoadLantern();
            await app.StartAsync();
            if (options.SignInMode is SignInMode.Accounts && await app.Services.GetRequiredService<Accounts>().FirstInvitation() is { } first)
            {
                var address = app.Services.GetRequiredService<PublicAddress>().Of($"{Words.English.Lang}/join?key={first}");
                Console.WriteLine($"Nobody has an account yet. Whoever opens this link first, within a day, becomes the administrator: {address}");
            }

            Console.WriteLine($"InnovationScale serves {string.Join(" and ", app.Urls)} and keeps its data in {options.Records} (Ctrl+C stops it).");
            await app.WaitForShutdownAsync();
            await app.DisposeAsync();
            return 0;
        }
        catch (Exception taken) when (taken is DataFolderInUseException or StoreNotUsableException or StoreUnavailableException or DbException)
        {
            return await DidNotStart([taken.Message]);
        }
        catch (Exception taken) when (why?.Invoke(taken) is not null)
        {
            return await DidNotStart([why(taken)!]);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return await DidNotStart([$"{taken.Message} Choose another with --urls http://127.0.0.1:PORT."]);
        }
    }
}
