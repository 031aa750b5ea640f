using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InnovationScale.Api;
using InnovationScale.Statistics;
using InnovationScale.Statistics.Synthesis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InnovationScale.Numbers;

/// <summary>The numbers' routes on a port of the system's choice, with the faults, limits and JSON of the product.</summary>
public sealed class NumbersServer : IAsyncLifetime
{
    private WebApplication app = null!;

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddFaults();
        builder.Services.AddLimits();
        app = builder.Build();
        app.UseFaults();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapNumbers();
        await app.StartAsync();
        Http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> Post(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task<JsonObject> Answered(string path, JsonNode request)
    {
        var (status, body) = await Post(path, request.ToJsonString());
        Assert.True(status is HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    public async Task MustRefuse(string path, string json, int status, string code)
    {
        var (got, body) = await Post(path, json);
        Assert.Equal((status, code), ((int)got, (string?)body["code"]));
        Assert.NotEmpty((string?)body["detail"] ?? "");
    }
}

/// <summary>Every reference set goes in as its rows and comes back as what it expects, whole.</summary>
public class EveryReferenceSetOverHttp(NumbersServer server) : IClassFixture<NumbersServer>
{
    public static TheoryData<string> Sets => Statistics.Synthesis.EveryReferenceSet.Sets;

    public static TheoryData<string> Packs => TheCalculations.Packs;

    [ReferenceTheory, MemberData(nameof(Sets))]
    public async Task Comes_back_from_the_synthesis(string name)
    {
        var pack = new MetaPack(name);
        var answer = await server.Answered("/api/v1/synthesis", Asking(Reference.Statistics(name)));
        new Comparison(name).Tree(pack.Expected, answer, "", pack.Tolerance).MustAgree();
        Assert.Equal(pack.Used.Length, (int)answer["k_used"]!);
    }

    [ReferenceTheory, MemberData(nameof(Packs))]
    public async Task Comes_back_from_the_calculations(string name)
    {
        var pack = Reference.Statistics(name);
        TheCalculations.MustAgree(name, pack, await server.Answered($"/api/v1/calculations/{name}", JsonNode.Parse(pack.GetRawText())!));
    }

    /// <summary>A request for everything a pack expects.</summary>
    private static JsonObject Asking(JsonElement pack)
    {
        var expected = pack.GetProperty("expected");
        string[] own = ["models", "meta_regression", "subgroups", "three_level", "cluster_robust_REML_z"];
        var request = new JsonObject
        {
            ["rows"] = Copy(pack.GetProperty("rows")),
            ["models"] = new JsonArray([.. expected.GetProperty("models").EnumerateObject().Select(m => JsonValue.Create(m.Name))]),
            ["include"] = new JsonArray([.. expected.EnumerateObject().Select(e => e.Name).Except(own).Select(n => JsonValue.Create(n))]),
        };
        if (expected.TryGetProperty("meta_regression", out var regressions))
        {
            request["meta_regression"] = new JsonObject(regressions.EnumerateObject().Select(r => KeyValuePair.Create<string, JsonNode?>(r.Name, new JsonObject
            {
                ["formula"] = Copy(r.Value.GetProperty("formula")),
                ["columns"] = Copy(r.Value.GetProperty("columns")),
                ["design"] = Copy(r.Value.GetProperty("design")),
            })));
        }

        if (expected.TryGetProperty("subgroups", out var subgroups)) request["subgroups"] = new JsonArray([.. subgroups.EnumerateArray().Select(s => Copy(s.GetProperty("column")))]);
        if (expected.TryGetProperty("three_level", out var levels))
            request["three_level"] = new JsonObject { ["outer"] = Copy(levels.GetProperty("outer")), ["inner"] = Copy(levels.GetProperty("inner")) };
        if (expected.TryGetProperty("cluster_robust_REML_z", out var robust)) request["cluster"] = Copy(robust.GetProperty("cluster"));
        return request;
    }

    private static JsonNode? Copy(JsonElement element) => JsonNode.Parse(element.GetRawText());
}

/// <summary>What the routes say to what they cannot take, on facts of the project's own.</summary>
public class ASynthesisOverHttp(NumbersServer server) : IClassFixture<NumbersServer>
{
    private const string Synthesis = "/api/v1/synthesis";

    [Fact]
    public async Task Answers_what_was_asked_for_and_counts_the_rows_it_left_out()
    {
        var answer = await server.Answered(Synthesis, JsonNode.Parse(
            """
            {"rows":[{"label":"a","yi":0.1,"vi":0.02},{"label":"b","yi":null,"vi":0.02},{"label":"c","yi":0.4,"vi":0.03},{"label":"d","yi":0.2,"vi":"NA"},{"label":"e","yi":-0.1,"vi":0.05}],
             "models":["REML_knha","DL_z"],"include":["leave_one_out_REML_z"]}
            """)!);
        double[] y = [0.1, 0.4, -0.1], v = [0.02, 0.03, 0.05];

        Assert.Equal((5, 3), ((int)answer["k_rows"]!, (int)answer["k_used"]!));
        Assert.Equal(["b", "d"], answer["left_out"]!.AsArray().Select(label => (string?)label));
        Assert.Equal(RandomEffects.Fit(y, v).Interval.Upper, (double)answer["models"]!["REML_knha"]!["ci_ub"]!);
        Assert.Equal(["REML_knha", "DL_z"], answer["models"]!.AsObject().Select(model => model.Key));
        Assert.Equal(LeaveOneOut.Of(y, v, test: CoefficientTest.Normal)[2].Estimate, (double)answer["leave_one_out_REML_z"]!["estimate"]![2]!);
        Assert.False(answer.ContainsKey("homogeneity"));
    }

    [Fact]
    public async Task Without_wishes_answers_the_default_model() =>
        Assert.Equal(["REML_knha"], (await server.Answered(Synthesis, JsonNode.Parse("""{"rows":[{"yi":1,"vi":1},{"yi":2,"vi":1}]}""")!))["models"]!.AsObject().Select(m => m.Key));

    [Fact]
    public async Task Says_in_its_place_why_a_part_cannot_be_computed_and_the_others_stand()
    {
        var answer = await server.Answered(Synthesis, JsonNode.Parse(
            """{"rows":[{"yi":0.1,"vi":0.02},{"yi":0.4,"vi":0.03}],"models":["EE_z"],"include":["influence_REML_z","trim_and_fill","tau2_ci_qprofile"]}""")!);

        Assert.Equal("too-few-studies", (string?)answer["influence_REML_z"]!["error"]!["code"]);
        Assert.Equal("too-few-studies", (string?)answer["trim_and_fill"]!["REML_L0"]!["error"]!["code"]);
        Assert.Equal(2, (int)answer["models"]!["EE_z"]!["k"]!);
        Assert.NotNull(answer["tau2_ci_qprofile"]!["tau2_ub"]);
    }

    [Fact]
    public async Task Says_in_its_place_what_equal_variances_and_columns_that_say_the_same_twice_leave_undefined()
    {
        var answer = await server.Answered(Synthesis, JsonNode.Parse(
            """
            {"rows":[{"yi":1,"vi":1},{"yi":2,"vi":1},{"yi":4,"vi":1},{"yi":3,"vi":1}],"models":["REML_knha"],"include":["small_study"],
             "meta_regression":{"a":{"columns":["intrcpt","x"],"design":[[1,2],[1,2],[1,2],[1,2]]}}}
            """)!);

        Assert.Equal(2.5, (double)answer["models"]!["REML_knha"]!["estimate"]!);
        Assert.Equal("no-variation", (string?)answer["small_study"]!["lm"]!["error"]!["code"]);
        Assert.Equal("no-variation", (string?)answer["small_study"]!["rma_REML"]!["error"]!["code"]);
        Assert.Equal("rank-deficient", (string?)answer["meta_regression"]!["a"]!["REML_z"]!["error"]!["code"]);
        Assert.Contains("(x)", (string?)answer["meta_regression"]!["a"]!["REML_z"]!["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", 422, "rows-missing")]
    [InlineData("""{"rows":[{"yi":null,"vi":1}]}""", 422, "no-usable-studies")]
    [InlineData("""{"rows":[{"yi":1,"vi":0}]}""", 422, "non-positive-variance")]
    [InlineData("""{"rows":[{"yi":"much","vi":1}]}""", 422, "row-malformed")]
    [InlineData("""{"rows":[3]}""", 422, "row-malformed")]
    [InlineData("""{"rows":[{"yi":1,"vi":1}],"models":["REML"]}""", 422, "unknown-model")]
    [InlineData("""{"rows":[{"yi":1,"vi":1}],"include":["everything"]}""", 422, "unknown-include")]
    [InlineData("""{"rows":[{"yi":1,"vi":1}],"include":["influence_BEST_z"]}""", 422, "unknown-model")]
    [InlineData("""{"rows":[{"yi":1,"vi":1}],"subgroups":["setting"]}""", 422, "column-missing")]
    [InlineData("""{"rows":[{"yi":1,"vi":1},{"yi":2,"vi":1}],"meta_regression":{"a":{"columns":["intrcpt"],"design":[[1]]}}}""", 422, "design-shape")]
    [InlineData("""{"rows":""", 400, "unreadable-request")]
    [InlineData("""{"rows":[{"yi":1,"yi":2,"vi":1}]}""", 400, "unreadable-request")]
    public Task Refuses_with_a_code_what_cannot_be_right(string request, int status, string code) => server.MustRefuse(Synthesis, request, status, code);

    [Fact]
    public async Task Refuses_an_input_that_says_a_thing_twice() =>
        await server.MustRefuse("/api/v1/calculations/es_two_group", """{"cases":[{"input":{"n2":2,"n2":3}}]}""", 400, "unreadable-request");

    [Fact]
    public async Task Answers_an_overflow_with_an_error_in_its_place()
    {
        var answer = await server.Answered("/api/v1/calculations/es_two_group", JsonNode.Parse(
            """{"cases":[{"input":{"m1":1,"sd1":1e200,"n1":20,"m2":0,"sd2":1e200,"n2":20}},{"input":{"m1":1,"sd1":1,"n1":20,"m2":0,"sd2":1,"n2":20}}]}""")!);

        Assert.Equal("out-of-range", (string?)answer["cases"]![0]!["error"]!["code"]);
        Assert.NotNull(answer["cases"]![1]!["expected"]);
    }

    [Fact]
    public async Task Bounds_its_rows_its_work_and_its_body()
    {
        static string Rows(int count) => string.Join(',', Enumerable.Repeat("""{"yi":1,"vi":1}""", count));
        await server.MustRefuse(Synthesis, $$"""{"rows":[{{Rows(100_001)}}]}""", 422, "too-many-rows");
        await server.MustRefuse(Synthesis, $$"""{"rows":[{{Rows(20_001)}}],"include":["leave_one_out_DL_z"]}""", 422, "too-much-work");

        using var content = new ByteArrayContent(new byte[(16 << 20) + 1]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Synthesis, UriKind.Relative)) { Content = content };
        request.Headers.ExpectContinue = true;   // asks first, so that the refusal is read and not a broken connection
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Takes_a_design_for_every_row_sent_with_null_where_a_moderator_is_missing()
    {
        var (y, v) = KnownSets.BcgRiskRatio;
        var rows = new JsonArray([.. y.Select((e, i) => new JsonObject { ["label"] = $"trial {i}", ["yi"] = i == 2 ? null : e, ["vi"] = v[i] })]);
        var design = new JsonArray([.. KnownSets.Latitudes.Select((latitude, i) => new JsonArray(1, i == 5 ? null : latitude))]);
        var answer = await server.Answered(Synthesis, new JsonObject
        {
            ["rows"] = rows,
            ["meta_regression"] = new JsonObject { ["latitude"] = new JsonObject { ["columns"] = new JsonArray("intrcpt", "ablat"), ["design"] = design } },
        });
        var at = Enumerable.Range(0, y.Length).Where(i => i is not (2 or 5)).ToArray();
        var fit = MetaRegression.Fit([.. at.Select(i => y[i])], [.. at.Select(i => v[i])], [.. at.SelectMany(i => (double[])[1, KnownSets.Latitudes[i]])], ["intrcpt", "ablat"]);

        var got = answer["meta_regression"]!["latitude"]!;
        Assert.Equal(11, got["used_row_labels"]!.AsArray().Count);
        Assert.Equal(fit.Coefficients[1].Estimate, (double)got["REML_knha"]!["estimate"]![1]!);
        Assert.Equal("~ablat", (string?)got["formula"]);
    }
}

public class ACalculationOverHttp(NumbersServer server) : IClassFixture<NumbersServer>
{
    [Fact]
    public async Task Answers_a_case_that_cannot_be_computed_in_its_place()
    {
        var answer = await server.Answered("/api/v1/calculations/es_proportion", JsonNode.Parse("""{"cases":[{"input":{"x":3,"n":2}},{"input":{"x":1,"n":2}}]}""")!);

        Assert.Equal("counts", (string?)answer["cases"]![0]!["error"]!["code"]);
        Assert.Equal(0.5, (double)answer["cases"]![1]!["expected"]!["PR"]!);
    }

    [Fact]
    public Task Of_an_unknown_name_is_not_found() => server.MustRefuse("/api/v1/calculations/es_magic", """{"cases":[]}""", 404, "no-such-calculation");

    [Fact]
    public Task Needs_cases() => server.MustRefuse("/api/v1/calculations/es_proportion", "{}", 422, "cases-missing");
}
