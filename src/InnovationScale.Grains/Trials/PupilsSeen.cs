namespace InnovationScale.Trials;

/// <summary>Pupils that a file has named already, each by two hashes and its first row. It grows part by part, so that a long file never has to copy all of it at once.</summary>
internal sealed class PupilsSeen
{
    private const int Parts = 1024, Smallest = 16;

    private readonly (Slot[] Slots, int Used)[] parts = new (Slot[], int)[Parts];

    /// <summary>The row in which this pupil stood before; 0 where there is none, and this row is noted.</summary>
    /// <param name="hash">Two hashes of 61 bits.</param>
    public int Before((ulong First, ulong Second) hash, int row)
    {
        ref var part = ref parts[(hash.Second >> 51) % Parts];
        if (part.Slots is null) part.Slots = new Slot[Smallest];
        else if (part.Used * 5 >= part.Slots.Length * 4) part.Slots = Grown(part.Slots);

        ref var slot = ref Find(part.Slots, hash);
        if (slot.Row > 0) return slot.Row;
        slot = new(hash, row);
        part.Used++;
        return 0;
    }

    /// <summary>The pupil's slot, or the free one that would be hers.</summary>
    private static ref Slot Find(Slot[] slots, (ulong First, ulong) hash)
    {
        for (var at = (int)Math.BigMul(hash.First << 3, (ulong)slots.Length, out _); ; at = at + 1 == slots.Length ? 0 : at + 1)
        {
            if (slots[at].Row == 0 || slots[at].Hash == hash) return ref slots[at];
        }
    }

    private static Slot[] Grown(Slot[] slots)
    {
        var more = new Slot[slots.Length * 3 / 2];
        foreach (var slot in slots)
        {
            if (slot.Row > 0) Find(more, slot.Hash) = slot;
        }

        return more;
    }

    private readonly record struct Slot((ulong First, ulong Second) Hash, int Row);
}
