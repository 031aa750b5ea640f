namespace InnovationScale;

/// <summary>
/// How much a pilot and its trial ask of people. What is missing never stops the next teaching step: it caps what may be claimed. Anyone
/// on the team may move up at any time; nobody moves down after the first trial datum, so the order of the names is the order of presets.
/// </summary>
public enum Preset
{
    /// <summary>Two teachers and a question.</summary>
    Light,

    /// <summary>One more person from the programme's pool; its sites count in a pool of trials.</summary>
    Standard,

    /// <summary>Every gate as it stands; nothing caps the claim but the evidence.</summary>
    Rigorous,
}
