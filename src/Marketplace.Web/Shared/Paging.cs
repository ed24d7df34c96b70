using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Shared;

/// <summary>Which part of a list an address asks for: <c>page</c> from one, <c>size</c> rows on each.</summary>
public readonly record struct Paging(int Page, int Size)
{
    public const int Usual = 25, MostSize = 100;

    /// <summary>No page begins behind this many results: who needs them all reads the open data.</summary>
    public const int Deepest = 100_000;

    public int Skip => (Page - 1) * Size;

    /// <summary>Reads both as they stand in an address; bad values are refused by name, the size first.</summary>
    public static Result<Paging> Read(string? page, string? size, int usual = Usual)
    {
        if (!Whole(size, usual, out var items) || items is < 1 or > MostSize) return Result<Paging>.Refuse(Refusal.SizeOutOfRange, "size");
        if (!Whole(page, 1, out var number) || number < 1 || (long)(number - 1) * items > Deepest) return Result<Paging>.Refuse(Refusal.PageOutOfRange, "page");
        return new Paging(number, items);
    }

    /// <summary>How many pages there are, as far as they can be opened.</summary>
    public static int Pages(int total, int size) => Math.Min((total + size - 1) / size, Deepest / size + 1);

    /// <summary>A whole number in digits alone; nothing written is the usual one.</summary>
    public static bool Whole(string? text, int absent, out int number)
    {
        number = absent;
        return string.IsNullOrEmpty(text) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
