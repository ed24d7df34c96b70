namespace Marketplace.Platform.Documents;

/// <summary>A document to be printed, in the words of its reader; how it is set is <see cref="PaperLayout"/>'s.</summary>
/// <param name="Number">Which document of the market this is; on every page.</param>
/// <param name="At">The moment of the record it tells of. The same record makes the same bytes, so no clock is asked.</param>
/// <param name="PageOf">Page and pages in the reader's words.</param>
public sealed record Paper(string Title, string Number, DateTimeOffset At, string Language, Func<int, int, string> PageOf, IReadOnlyList<Block> Blocks)
{
    /// <summary>Below the title: the law it follows.</summary>
    public string? Under { get; init; }

    /// <summary>What must not be overlooked, framed at the head of every page: a demonstration, a rehearsal.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];

    /// <summary>At the foot of every page: the hash of what the paper rests on.</summary>
    public string? Hash { get; init; }
}

/// <summary>One piece of a paper.</summary>
public abstract record Block;

public sealed record Heading(string Text) : Block;

/// <param name="Soft">Small and grey: a note, not the text itself.</param>
public sealed record Prose(string Text, bool Soft = false) : Block;

/// <summary>Labels and values, two pairs a line; a wide one has the line to itself.</summary>
public sealed record FactList(IReadOnlyList<PaperFact> Facts) : Block;

public sealed record PaperFact(string Label, IReadOnlyList<string> Values, bool Wide = false)
{
    public PaperFact(string label, string value, bool wide = false)
        : this(label, [value], wide)
    {
    }
}

/// <summary>A table; its head is repeated on every page.</summary>
public sealed record Grid(IReadOnlyList<GridColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <param name="Share">Its part of the width, beside the shares of the others.</param>
public sealed record GridColumn(string Head, double Share, bool Right = false, bool Soft = false);

/// <summary>The figure a paper is about, and the same in words.</summary>
public sealed record Sum(string Label, string Figure, string Words) : Block;

/// <summary>Fields to be signed by hand, side by side and never parted from each other.</summary>
public sealed record Signatures(IReadOnlyList<SignatureField> Fields) : Block;

/// <param name="Lines">What is to be filled in: seal, signature, date.</param>
public sealed record SignatureField(string Who, IReadOnlyList<string> Lines);

/// <summary>Where the record can be checked: an address as a QR code, and what one finds there.</summary>
public sealed record Check(string Address, string Caption, IReadOnlyList<PaperFact> Facts) : Block;

/// <summary>What follows begins on a new page.</summary>
public sealed record PageEnd : Block;
