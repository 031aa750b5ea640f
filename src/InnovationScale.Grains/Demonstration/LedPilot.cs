using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.People;
using InnovationScale.Pilots;

namespace InnovationScale.Demonstration;

/// <summary>A pilot of the story, with what its school promised.</summary>
/// <param name="Teacher">Opens it and leads its team.</param>
/// <param name="Second">The second adult.</param>
internal sealed record LedPilot(string Id, string Title, string School, string Innovation, Preset Preset, string Teacher, string Second)
{
    public required string Problem { get; init; }

    public required string Learners { get; init; }

    public required int Count { get; init; }

    public required YearMonth Start { get; init; }

    /// <summary>The school’s lead in the system; null where two teachers work by themselves.</summary>
    public string? Lead { get; init; }

    /// <summary>As the pilot tells it.</summary>
    public string Head { get; init; } = "The head teacher";

    public Teaching? Teaching { get; init; }

    public EnquiryPlan? Enquiry { get; init; }

    /// <summary>From its first answer to its registration.</summary>
    public async Task Register(DemonstrationSteps steps)
    {
        await steps.Do(Teacher, Id, new StartPilot(Title, School, Innovation, "v1", Preset));
        await steps.Do(Teacher, Id, new DescribePilot(Problem: Problem, Learners: Learners, LearnerCount: Count, StartMonth: Start, SafeguardingContact: Preset is Preset.Light ? null : "Safia, safeguarding lead of the network"));
        await steps.Do(Teacher, Id, new NameSecondAdult(Second, School));
        await steps.Do(Teacher, Id, new TellHead(Lead is null ? Head : LanternPeople.Called(Lead).Name, steps.Today, Consents: Preset is not Preset.Light));
        await steps.Do(Teacher, Id, new AnswerRoutinePractice(new(false, false, false, false, false, false)));
        if (Preset is not Preset.Light)
        {
            await steps.Do(Teacher, Id, new DescribeTeaching(Teaching!));
            await steps.Do(Teacher, Id, new DescribePilotContext(LanternSchools.Unknown(ContextPart.Learners, ContextPart.Delivery)));
            await steps.Do(Teacher, Id, new StateConsentBasis(ConsentBasis.OptOut, "Families were told in a letter and could say no."));
            await steps.Do(Teacher, Id, new AcceptCoreComponents(steps.Today.AddDays(14)));
        }

        if (Preset is not Preset.Rigorous) await steps.Do(Teacher, Id, new MovePilot(PilotTo.Registered));
        if (Preset is not Preset.Light) await steps.Do(Lead!, Id, new MovePilot(PilotTo.Registered));
    }

    /// <summary>Says what it will find out, and begins to.</summary>
    public async Task Enquire(DemonstrationSteps steps)
    {
        await steps.Do(Teacher, Id, new PlanEnquiry(Enquiry!));
        await steps.Do(Preset is Preset.Rigorous ? "bilal" : Teacher, Id, new MovePilot(PilotTo.Enquiry));
    }

    /// <summary>A cycle of enquiry whose points are a week apart.</summary>
    public async Task Watch(DemonstrationSteps steps, string cycle, CyclePlan plan, DateOnly first, int outOf, ImmutableArray<double> able)
    {
        await steps.On(first).Do(Teacher, Id, cycle, new PlanCycle(plan));
        await steps.Do(Teacher, Id, cycle, new StartDoing());
        foreach (var (week, count) in able.Index())
        {
            var day = first.AddDays(7 * week);
            await steps.On(day).Do(Teacher, Id, cycle, new RecordPoint($"{cycle}-{week + 1}", day, count, outOf));
        }
    }

    public async Task Conclude(DemonstrationSteps steps, string cycle, string seen, PredictionResult expected, CycleDecision decision, string why, string? next = null)
    {
        await steps.Do(Teacher, Id, cycle, new StudyCycle(seen));
        await steps.Do(Teacher, Id, cycle, new CompareWithPrediction(expected));
        await steps.Do(Teacher, Id, cycle, new CloseCycle(decision, why, next));
    }

    /// <summary>Leaves its three lines and ends, signed by those whose signature it takes.</summary>
    public async Task End(DemonstrationSteps steps, PilotTo how, ImmutableArray<string> lessons, string? reason = null)
    {
        await steps.Do(Teacher, Id, new WriteLessons(lessons));
        if (Lead is not null)
        {
            await steps.Do(Lead, Id, new MovePilot(how), reason);
            return;
        }

        await steps.Do(Teacher, Id, new MovePilot(how), reason);
        await steps.Do(Second, Id, new MovePilot(how), reason);
    }
}
