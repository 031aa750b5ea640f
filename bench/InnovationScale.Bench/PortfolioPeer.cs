using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace InnovationScale;

/// <summary>The list and the dossier as one would write them by hand over the product's own tables: minimal API, no sign-in, no rules.</summary>
internal static class PortfolioPeer
{
    public const string ListSql =
        "select p.id, p.title, p.school, s.name, p.country, p.stage, p.status, p.closed_as, p.preset, p.innovation, p.innovation_version, p.started_at, p.version from pilot p "
        + "left join school s on s.id = p.school where p.country = @country and p.stage = @stage order by p.started_at desc, p.id desc limit @limit";

    /// <summary>The pilot, its team and its events.</summary>
    public static readonly string[] DossierSql =
    [
        "select title, school, country, stage, status, closed_as, preset, innovation, innovation_version, started_at, second_adult, version from pilot where id = @id",
        "select person from pilot_member where id = @id order by n",
        "select version, name, json, actor, role, at from event where stream = @stream order by version",
    ];

    public static async Task Serve(string with, string database)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var onSqlite = database.StartsWith("Data Source=", StringComparison.Ordinal);
        // As the product and pgbench do: a statement is parsed and planned once a connection.
        if (!onSqlite) database += ";Max Auto Prepare=50;Auto Prepare Min Usages=2";
        if (with is "ef")
        {
            builder.Services.AddDbContextPool<PeerContext>(context =>
            {
                context.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
                if (onSqlite) context.UseSqlite(database);
                else context.UseNpgsql(database);
            });
        }

        await using var app = builder.Build();
        app.MapGet("/health", () => "Healthy");
        if (with is "ef")
        {
            app.MapGet("/pilots", async (string country, string stage, int limit, PeerContext context) => await
                (from pilot in context.Pilots
                 join school in context.Schools on pilot.School equals school.Id into at
                 from school in at.DefaultIfEmpty()
                 where pilot.Country == country && pilot.Stage == Stored(stage)
                 orderby pilot.StartedAt descending, pilot.Id descending
                 select new { pilot.Id, pilot.Title, pilot.School, SchoolName = school.Name, pilot.Country, pilot.Stage, pilot.Status, pilot.ClosedAs, pilot.Preset, pilot.Innovation, pilot.InnovationVersion, pilot.StartedAt, pilot.Version })
                .Take(limit).ToListAsync());
            app.MapGet("/pilots/{id}", async (string id, PeerContext context) => new
            {
                Pilot = await context.Pilots.SingleAsync(pilot => pilot.Id == id),
                Team = await context.Members.Where(member => member.Id == id).OrderBy(member => member.N).Select(member => member.Person).ToListAsync(),
                Events = await context.Events.Where(one => one.Stream == "pilot/" + id).OrderBy(one => one.Version).ToListAsync(),
            });
        }
        else
        {
            var source = onSqlite ? SqliteFactory.Instance.CreateDataSource(database) : NpgsqlDataSource.Create(database);
            app.Lifetime.ApplicationStopped.Register(source.Dispose);
            app.MapGet("/pilots", (string country, string stage, int limit) => Query(source, ListSql,
                r => new PeerRow(r.GetString(0), r.GetString(1), r.GetString(2), Text(r, 3), r.GetString(4), r.GetString(5), r.GetString(6), Text(r, 7), r.GetString(8), Text(r, 9), Text(r, 10), r.GetString(11), r.GetInt64(12)),
                ("country", country), ("stage", Stored(stage)), ("limit", limit)));
            app.MapGet("/pilots/{id}", async (string id) => new
            {
                Pilot = (await Query(source, DossierSql[0],
                    r => new { Title = r.GetString(0), School = r.GetString(1), Country = r.GetString(2), Stage = r.GetString(3), Status = r.GetString(4), ClosedAs = Text(r, 5), Preset = r.GetString(6), Innovation = Text(r, 7), Version = Text(r, 8), StartedAt = r.GetString(9), Second = Text(r, 10), Number = r.GetInt64(11) },
                    ("id", id)))[0],
                Team = await Query(source, DossierSql[1], r => r.GetString(0), ("id", id)),
                Events = await Query(source, DossierSql[2],
                    r => new { Version = r.GetInt64(0), Name = r.GetString(1), Json = r.GetString(2), Actor = r.GetString(3), Role = r.GetString(4), At = r.GetString(5) }, ("stream", $"pilot/{id}")),
            });
        }

        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Peer serves {app.Urls.First()}"));
        await app.RunAsync();
    }

    private static async Task<List<T>> Query<T>(DbDataSource source, string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] with)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in with)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, value);
            command.Parameters.Add(parameter);
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static string Stored(string stage) => char.ToUpperInvariant(stage[0]) + stage[1..];

    private sealed record PeerRow(
        string Id, string Title, string School, string? SchoolName, string Country, string Stage, string Status, string? ClosedAs, string Preset, string? Innovation, string? InnovationVersion,
        string StartedAt, long Version);
}

/// <summary>The product's read tables as EF Core maps them.</summary>
internal sealed class PeerContext(DbContextOptions<PeerContext> options) : DbContext(options)
{
    public DbSet<PeerPilot> Pilots => Set<PeerPilot>();

    public DbSet<PeerSchool> Schools => Set<PeerSchool>();

    public DbSet<PeerMember> Members => Set<PeerMember>();

    public DbSet<PeerEvent> Events => Set<PeerEvent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PeerPilot>(pilot =>
        {
            pilot.ToTable("pilot");
            foreach (var (property, column) in (ReadOnlySpan<(string, string)>)[("Id", "id"), ("Title", "title"), ("School", "school"), ("Country", "country"), ("Stage", "stage"), ("Status", "status"), ("ClosedAs", "closed_as"),
                ("Preset", "preset"), ("Innovation", "innovation"), ("InnovationVersion", "innovation_version"), ("StartedAt", "started_at"), ("SecondAdult", "second_adult"), ("Version", "version")])
            {
                pilot.Property(property).HasColumnName(column);
            }
        });
        modelBuilder.Entity<PeerSchool>(school =>
        {
            school.ToTable("school");
            school.Property(one => one.Id).HasColumnName("id");
            school.Property(one => one.Name).HasColumnName("name");
        });
        modelBuilder.Entity<PeerMember>(member =>
        {
            member.ToTable("pilot_member").HasKey(one => new { one.Id, one.N });
            member.Property(one => one.Id).HasColumnName("id");
            member.Property(one => one.N).HasColumnName("n");
            member.Property(one => one.Person).HasColumnName("person");
        });
        modelBuilder.Entity<PeerEvent>(happened =>
        {
            happened.ToTable("event").HasKey(one => one.Position);
            foreach (var (property, column) in (ReadOnlySpan<(string, string)>)[("Position", "position"), ("Stream", "stream"), ("Version", "version"), ("Name", "name"), ("Json", "json"), ("Actor", "actor"), ("Role", "role"), ("At", "at")])
            {
                happened.Property(property).HasColumnName(column);
            }
        });
    }
}

internal sealed class PeerPilot
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public string School { get; init; } = "";
    public string Country { get; init; } = "";
    public string Stage { get; init; } = "";
    public string Status { get; init; } = "";
    public string? ClosedAs { get; init; }
    public string Preset { get; init; } = "";
    public string? Innovation { get; init; }
    public string? InnovationVersion { get; init; }
    public string StartedAt { get; init; } = "";
    public string? SecondAdult { get; init; }
    public long Version { get; init; }
}

internal sealed class PeerSchool
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
}

internal sealed class PeerMember
{
    public string Id { get; init; } = "";
    public long N { get; init; }
    public string Person { get; init; } = "";
}

internal sealed class PeerEvent
{
    public long Position { get; init; }
    public string Stream { get; init; } = "";
    public long Version { get; init; }
    public string Name { get; init; } = "";
    public string Json { get; init; } = "";
    public string Actor { get; init; } = "";
    public string Role { get; init; } = "";
    public string At { get; init; } = "";
}
