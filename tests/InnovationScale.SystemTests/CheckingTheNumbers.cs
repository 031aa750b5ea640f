using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using AngleSharp.Html.Parser;
using InnovationScale.Evidence;
using InnovationScale.Innovations;

namespace InnovationScale;

/// <summary>The R code that an innovation's page prints gives the page's numbers: run where R and its packages are.</summary>
public class CheckingTheNumbers(DemonstrationServer demonstration) : IClassFixture<DemonstrationServer>
{
    private const double Close = 1e-6;

    /// <summary>The eight trials that the demonstration's series was drawn up with.</summary>
    private static ImmutableArray<PooledEffect> Eight { get; } =
    [
        .. from one in ((double G, double Se)[])[(.38, .13), (.30, .13), (.14, .12), (.44, .14), (.22, .13), (-.02, .12), (-.21, .12), (.05, .14)]
           select new PooledEffect("a trial", one.G, one.Se * one.Se),
    ];

    [NeedsRFact]
    public async Task Of_a_pool_of_trials()
    {
        var pool = Pool.Of(Eight);
        var numbers = await R($"{InnovationPage.Metafor(pool)}\nnext_school <- predict(fit)\ncat(fit$beta, fit$se, fit$ci.lb, fit$ci.ub, fit$tau2, fit$I2, fit$QE, next_school$pi.lb, next_school$pi.ub)");

        var said = pool.Fit!;
        Same([said.Estimate, said.StandardError, said.Interval.Lower, said.Interval.Upper, said.Tau2, said.I2, said.Q, pool.Prediction!.Value.Lower, pool.Prediction.Value.Upper], numbers);
    }

    [NeedsRFact]
    public async Task Of_a_study_read_over_the_api()
    {
        var page = new HtmlParser().ParseDocument(await demonstration.Server.Http.GetStringAsync("/en/innovations/small-classes"));
        var numbers = await R($"{page.QuerySelector("pre")!.TextContent}\ncat(fit$beta, fit$se, fit$tau2, fit$I2)");

        var told = (await demonstration.Server.Anyone().Get("/api/v1/innovations/small-classes/versions/v1/evidence")).Expect(HttpStatusCode.OK).Json["studies"]![0]!["unadjusted"]!;
        Same([(double)told["mu"]!, (double)told["se"]!, (double)told["tau2"]!, (double)told["i2"]!], numbers);
    }

    private static void Same(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (here, there) in expected.Zip(found)) Assert.Equal(here, there, Close * Math.Max(1, Math.Abs(here)));
    }

    private static async Task<double[]> R(string code)
    {
        using var r = Process.Start(new ProcessStartInfo("Rscript", ["--vanilla", "-e", "options(digits = 15)", "-e", $"suppressMessages({{{code}}})"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, errors) = (r.StandardOutput.ReadToEndAsync(), r.StandardError.ReadToEndAsync());
        await r.WaitForExitAsync();
        Assert.True(r.ExitCode == 0, await errors);
        return [.. (await output).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }
}
