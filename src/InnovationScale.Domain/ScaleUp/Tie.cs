namespace InnovationScale.ScaleUp;

/// <summary>How much a tie to what is decided weighs.</summary>
public enum TieKind
{
    /// <summary>Shown beside the vote.</summary>
    Soft,

    /// <summary>No sight, no voice, no vote.</summary>
    Hard,
}

/// <summary>What ties somebody to what is decided.</summary>
public enum TieGround
{
    /// <summary>On the team of a pilot of it, now or once, or its second adult.</summary>
    Team,

    /// <summary>Drafted the case, or assessed it.</summary>
    MadeTheCase,

    /// <summary>Of the organisation that ran it.</summary>
    RanIt,

    /// <summary>Evaluated it, or works where it was evaluated.</summary>
    Evaluator,

    /// <summary>Wrote its evaluation, or wrote with its evaluator in the last three years.</summary>
    CoAuthor,
    PaidByIt,
    Family,
    LineManager,

    /// <summary>Of a school that took part in a trial and did not run it.</summary>
    TookPart,

    /// <summary>Of the same ministry, network or funder, without a hand in it.</summary>
    SameNetwork,

    /// <summary>Shared a grant once.</summary>
    PastGrantPartner,
    Other,
}

public static class TieGrounds
{
    /// <summary>What the ground makes of a tie whatever anybody says of it; null where it is for whoever declares it and the chair to say.</summary>
    public static TieKind? Always(this TieGround ground) => ground switch
    {
        TieGround.Other => null,
        TieGround.TookPart or TieGround.SameNetwork or TieGround.PastGrantPartner => TieKind.Soft,
        _ => TieKind.Hard,
    };
}

/// <summary>A member's tie to what is decided.</summary>
/// <param name="Detected">Found in the records; otherwise the member told it.</param>
public sealed record Tie(string Person, TieKind Kind, TieGround Ground, string Words, bool Detected)
{
    /// <summary>What the chair made of it; null while nobody has ruled.</summary>
    public TieKind? Ruled { get; init; }

    public string? RuledBy { get; init; }

    public string? RuledBecause { get; init; }

    /// <summary>A ruling can make a tie weigh more. It cannot make a hard one soft.</summary>
    public bool IsHard => Kind is TieKind.Hard || Ruled is TieKind.Hard;

    /// <summary>Of the same person on the same ground.</summary>
    public bool SameAs(Tie other) => (Person, Ground) == (other.Person, other.Ground);

    /// <summary>What a member told and the records do not show, somebody else weighs.</summary>
    public bool WaitsForRuling => this is { Kind: TieKind.Soft, Detected: false, Ruled: null };
}
