using System.Net;
using System.Text;
using InnovationScale.Trials;
using Microsoft.Playwright;

namespace InnovationScale;

[Collection(Pages.Name)]
public class LookingAtTrials(Browser browser)
{
    [NeedsChromiumFact]
    public async Task From_an_empty_list_to_a_public_verdict_without_JavaScript()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);
        var id = trial.At[(trial.At.LastIndexOf('/') + 1)..];
        await using var visitor = await browser.Visit(server);
        await visitor.Go("/en/sign-in");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ruth" }).ClickAsync();

        await visitor.Go("/en/trials");
        await visitor.HoldsTheHouseRules("trials");
        await visitor.Go("/en/trials/new");
        await visitor.HoldsTheHouseRules("trial-new");
        await visitor.Go($"/en/trials/{id}");
        await visitor.HoldsTheHouseRules("trial");

        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Upload results" }).ClickAsync();
        await visitor.HoldsTheHouseRules("trial-upload");
        await Choose(visitor, HostileCsv.Good("p99,1,c0,nobody,420"), "Try this file out");
        await visitor.HoldsTheHouseRules("trial-upload-refused");
        await Choose(visitor, HostileCsv.Good(), "Try this file out");
        await visitor.HoldsTheHouseRules("trial-upload-tried");
        await Choose(visitor, HostileCsv.Good(""), "Record 4 results");
        await Assertions.Expect(visitor.Page.GetByText("This is not the file that was tried out")).ToBeVisibleAsync();
        await Choose(visitor, HostileCsv.Good(), "Try this file out");
        await Choose(visitor, HostileCsv.Good(), "Record 4 results");

        Assert.Equal(4, (int)(await trial.Researcher.Get(trial.At)).Expect(HttpStatusCode.OK).Json["cells"]!);
        await visitor.HoldsTheHouseRules("trial-with-results");
    }

    private static async Task Choose(Visitor visitor, string csv, string button)
    {
        var form = visitor.Page.Locator("form", new() { Has = visitor.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }) });
        await form.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "results.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        await form.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
    }
}
