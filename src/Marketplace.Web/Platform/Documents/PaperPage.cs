namespace Marketplace.Platform.Documents;

/// <summary>The inks of a paper; the hair only rules.</summary>
public enum Ink
{
    Text,
    Soft,
    Hair,
    Alert,
}

/// <summary>Something at its place on a page, in points from the upper left corner.</summary>
public abstract record Placed(double X, double Y, double Width);

/// <param name="Y">The base line.</param>
public sealed record PlacedText(double X, double Y, double Width, string Text, Face Face, double Size, Ink Ink) : Placed(X, Y, Width);

public sealed record PlacedRule(double X, double Y, double Width, double Weight, Ink Ink) : Placed(X, Y, Width);

public sealed record PlacedFrame(double X, double Y, double Width, double Height, Ink Ink) : Placed(X, Y, Width);

/// <summary>A QR code as wide as high.</summary>
public sealed record PlacedCode(double X, double Y, double Width, string Content) : Placed(X, Y, Width);

public sealed record PaperPage(IReadOnlyList<Placed> Placed)
{
    /// <summary>What is written on the page, a line of it a line.</summary>
    public string Text => string.Join('\n', Placed.OfType<PlacedText>().Select(t => t.Text));
}
