using System.Diagnostics;
using System.Globalization;
using System.Net;
using AngleSharp.Html.Parser;

namespace InnovationScale;

/// <summary>The R code that an innovation's page prints gives the page's numbers: run where R and its packages are.</summary>
public class CheckingTheNumbers(DemonstrationServer demonstration) : IClassFixture<DemonstrationServer>
{
    private const double Close = 1e-6;

    [NeedsRFact]
    public async Task Of_trials_together_of_what_the_next_school_might_see_and_of_how_far_kinds_of_schools_lie_apart()
    {
        var page = new HtmlParser().ParseDocument(await demonstration.Server.Http.GetStringAsync("/en/innovations/talk-first"));
        var numbers = await R($"{page.QuerySelector("pre")!.TextContent}\nnext_school <- predict(fit)\ncat(fit$beta, fit$se, fit$ci.lb, fit$ci.ub, fit$tau2, fit$I2, fit$QE, next_school$pi.lb, next_school$pi.ub, apart$beta[2], apart$ci.lb[2], apart$ci.ub[2])");

        var evidence = (await demonstration.Server.Anyone().Get("/api/v1/innovations/talk-first/versions/v1/evidence")).Expect(HttpStatusCode.OK).Json;
        var (pool, apart) = (evidence["pool"]!, evidence["differences"]![0]!);
        Same(
            [
                .. new[] { "mu", "se" }.Select(name => (double)pool[name]!), (double)pool["ci"]!["low"]!, (double)pool["ci"]!["high"]!, .. new[] { "tau2", "i2", "q" }.Select(name => (double)pool[name]!),
                (double)pool["prediction"]!["low"]!, (double)pool["prediction"]!["high"]!, (double)apart["difference"]!, (double)apart["ci"]!["low"]!, (double)apart["ci"]!["high"]!,
            ], numbers);
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
