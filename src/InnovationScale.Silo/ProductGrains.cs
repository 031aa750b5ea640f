using InnovationScale.Committees;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Portfolio;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.ScaleUp;
using InnovationScale.Trials;
using Orleans.Concurrency;

namespace InnovationScale.Silo;

/// <summary>The grain interface of every kind of aggregate. A test compares it with the product's kinds.</summary>
public static class ProductGrains
{
    public static IReadOnlyDictionary<Type, Type> Interfaces { get; } = new Dictionary<Type, Type>
    {
        [typeof(School)] = typeof(ISchoolGrain),
        [typeof(Person)] = typeof(IPersonGrain),
        [typeof(Innovation)] = typeof(IInnovationGrain),
        [typeof(Pilot)] = typeof(IPilotGrain),
        [typeof(Comments)] = typeof(ICommentsGrain),
        [typeof(SavedViews)] = typeof(ISavedViewsGrain),
        [typeof(Cycle)] = typeof(ICycleGrain),
        [typeof(Incident)] = typeof(IIncidentGrain),
        [typeof(Trial)] = typeof(ITrialGrain),
        [typeof(Evaluation)] = typeof(IEvaluationGrain),
        [typeof(Replication)] = typeof(IReplicationGrain),
        [typeof(ExternalStudy)] = typeof(IExternalStudyGrain),
        [typeof(Committee)] = typeof(ICommitteeGrain),
        [typeof(ScaleUpReview)] = typeof(IScaleUpReviewGrain),
        [typeof(GrantCall)] = typeof(IGrantCallGrain),
        [typeof(GrantApplication)] = typeof(IGrantApplicationGrain),
        [typeof(CatalyticGrant)] = typeof(ICatalyticGrantGrain),
        [typeof(LearningQuestion)] = typeof(ILearningQuestionGrain),
        [typeof(CommunityGroup)] = typeof(ICommunityGroupGrain),
        [typeof(Membership)] = typeof(IMembershipGrain),
    };
}

[Alias("school")]
public interface ISchoolGrain : IAggregateGrain;

[GrainType("school"), Reentrant]
internal sealed class SchoolGrain(GrainHost host) : AggregateGrain<School>(host), ISchoolGrain;

[Alias("person")]
public interface IPersonGrain : IAggregateGrain;

[GrainType("person"), Reentrant]
internal sealed class PersonGrain(GrainHost host) : AggregateGrain<Person>(host), IPersonGrain;

[Alias("innovation")]
public interface IInnovationGrain : IAggregateGrain;

[GrainType("innovation"), Reentrant]
internal sealed class InnovationGrain(GrainHost host) : AggregateGrain<Innovation>(host), IInnovationGrain;

[Alias("pilot")]
public interface IPilotGrain : IAggregateGrain;

[GrainType("pilot"), Reentrant]
internal sealed class PilotGrain(GrainHost host) : AggregateGrain<Pilot>(host), IPilotGrain;

[Alias("comments")]
public interface ICommentsGrain : IAggregateGrain;

[GrainType("comments"), Reentrant]
internal sealed class CommentsGrain(GrainHost host) : AggregateGrain<Comments>(host), ICommentsGrain;

[Alias("saved-views")]
public interface ISavedViewsGrain : IAggregateGrain;

[GrainType("saved-views"), Reentrant]
internal sealed class SavedViewsGrain(GrainHost host) : AggregateGrain<SavedViews>(host), ISavedViewsGrain;

[Alias("cycle")]
public interface ICycleGrain : IAggregateGrain;

[GrainType("cycle"), Reentrant]
internal sealed class CycleGrain(GrainHost host) : AggregateGrain<Cycle>(host), ICycleGrain;

[Alias("incident")]
public interface IIncidentGrain : IAggregateGrain;

[GrainType("incident"), Reentrant]
internal sealed class IncidentGrain(GrainHost host) : AggregateGrain<Incident>(host), IIncidentGrain;

[Alias("trial")]
public interface ITrialGrain : IAggregateGrain;

[GrainType("trial"), Reentrant]
internal sealed class TrialGrain(GrainHost host) : AggregateGrain<Trial>(host), ITrialGrain;

[Alias("evaluation")]
public interface IEvaluationGrain : IAggregateGrain;

[GrainType("evaluation"), Reentrant]
internal sealed class EvaluationGrain(GrainHost host) : AggregateGrain<Evaluation>(host), IEvaluationGrain;

[Alias("replication")]
public interface IReplicationGrain : IAggregateGrain;

[GrainType("replication"), Reentrant]
internal sealed class ReplicationGrain(GrainHost host) : AggregateGrain<Replication>(host), IReplicationGrain;

[Alias("study")]
public interface IExternalStudyGrain : IAggregateGrain;

[GrainType("study"), Reentrant]
internal sealed class ExternalStudyGrain(GrainHost host) : AggregateGrain<ExternalStudy>(host), IExternalStudyGrain;

[Alias("committee")]
public interface ICommitteeGrain : IAggregateGrain;

[GrainType("committee"), Reentrant]
internal sealed class CommitteeGrain(GrainHost host) : AggregateGrain<Committee>(host), ICommitteeGrain;

[Alias("review")]
public interface IScaleUpReviewGrain : IAggregateGrain;

[GrainType("review"), Reentrant]
internal sealed class ScaleUpReviewGrain(GrainHost host) : AggregateGrain<ScaleUpReview>(host), IScaleUpReviewGrain;

[Alias("grant-call")]
public interface IGrantCallGrain : IAggregateGrain;

[GrainType("grant-call"), Reentrant]
internal sealed class GrantCallGrain(GrainHost host) : AggregateGrain<GrantCall>(host), IGrantCallGrain;

[Alias("grant-application")]
public interface IGrantApplicationGrain : IAggregateGrain;

[GrainType("grant-application"), Reentrant]
internal sealed class GrantApplicationGrain(GrainHost host) : AggregateGrain<GrantApplication>(host), IGrantApplicationGrain;

[Alias("grant")]
public interface ICatalyticGrantGrain : IAggregateGrain;

[GrainType("grant"), Reentrant]
internal sealed class CatalyticGrantGrain(GrainHost host) : AggregateGrain<CatalyticGrant>(host), ICatalyticGrantGrain;

[Alias("learning-question")]
public interface ILearningQuestionGrain : IAggregateGrain;

[GrainType("learning-question"), Reentrant]
internal sealed class LearningQuestionGrain(GrainHost host) : AggregateGrain<LearningQuestion>(host), ILearningQuestionGrain;

[Alias("group")]
public interface ICommunityGroupGrain : IAggregateGrain;

[GrainType("group"), Reentrant]
internal sealed class CommunityGroupGrain(GrainHost host) : AggregateGrain<CommunityGroup>(host), ICommunityGroupGrain;

[Alias("membership")]
public interface IMembershipGrain : IAggregateGrain;

[GrainType("membership"), Reentrant]
internal sealed class MembershipGrain(GrainHost host) : AggregateGrain<Membership>(host), IMembershipGrain;
