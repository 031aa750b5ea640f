using System.Text.Json.Serialization;

namespace InnovationScale.Grants;

/// <summary>What has happened to a <see cref="GrantCall"/>.</summary>
[JsonDerivedType(typeof(CallDrafted), "call-drafted")]
[JsonDerivedType(typeof(CallRevised), "call-revised")]
[JsonDerivedType(typeof(CallPublished), "call-published")]
[JsonDerivedType(typeof(EnvelopeSet), "envelope-set")]
[JsonDerivedType(typeof(AwardReserved), "award-reserved")]
[JsonDerivedType(typeof(AwardCommitted), "award-committed")]
[JsonDerivedType(typeof(AwardReleased), "award-released")]
[JsonDerivedType(typeof(AwardSettled), "award-settled")]
[JsonDerivedType(typeof(CallDecided), "call-decided")]
[JsonDerivedType(typeof(CallArchived), "call-archived")]
[JsonDerivedType(typeof(CallCancelled), "call-cancelled")]
public abstract record GrantCallEvent : IEvent<GrantCall>;

public sealed record CallDrafted(CallTerms Terms, long Envelope) : GrantCallEvent;

public sealed record CallRevised(CallTerms Terms, long Envelope) : GrantCallEvent;

public sealed record CallPublished : GrantCallEvent;

public sealed record EnvelopeSet(long Was, long Envelope) : GrantCallEvent;

/// <summary>Money is set aside; the grant follows.</summary>
public sealed record AwardReserved(string Grant, long Amount, string Because, GrantOffer Offer) : GrantCallEvent;

public sealed record AwardCommitted(string Grant) : GrantCallEvent;

public sealed record AwardReleased(string Grant) : GrantCallEvent;

/// <param name="Was">What was promised before.</param>
public sealed record AwardSettled(string Grant, long Was, long Amount) : GrantCallEvent;

public sealed record CallDecided : GrantCallEvent;

public sealed record CallArchived : GrantCallEvent;

public sealed record CallCancelled : GrantCallEvent;
