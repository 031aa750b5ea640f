namespace InnovationScale.Numbers;

/// <summary>A request for numbers that is wrong as a whole; told as a problem document.</summary>
internal sealed class NumbersProblem(Refusal refusal) : Exception(refusal.Sentence)
{
    public Refusal Refusal => refusal;

    public static NumbersProblem Invalid(string code, string sentence) => new(Refusal.Invalid(code, sentence));
}
