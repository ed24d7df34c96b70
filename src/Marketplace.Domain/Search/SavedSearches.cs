using Marketplace.Domain.Common;

namespace Marketplace.Domain.Search;

/// <summary>When a person is told of what a saved search finds anew. Stored by name.</summary>
public enum Alert { AtOnce, Daily, Never }

/// <summary>What holds for every saved search.</summary>
public static class SavedSearches
{
    public const int MostOfAPerson = 50, MostName = 100, MostAddress = 2_000;

    /// <summary>Told at once, a search is told no more often than this: an import of a thousand works is a few notices.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);

    /// <summary>What nobody looked at for so long is not counted as new any more.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Daily notices go out at this hour, in Beijing.</summary>
    private const int HourOfDay = 8;

    /// <summary>In this order: the name, nothing looked for, an address longer than one can keep, as many as a person may have.</summary>
    /// <param name="has">How many the person has already.</param>
    public static Result<string> Admit(string? name, string address, bool asks, int has)
    {
        var named = Name(name);
        if (!named.Done) return named;
        if (!asks) return Result<string>.Refuse(Refusal.SavedSearchEmpty, "address");
        if (address.Length > MostAddress) return Result<string>.Refuse(Refusal.SavedSearchTooLong, "address");
        return has >= MostOfAPerson ? Result<string>.Refuse(Refusal.SavedSearchesFull) : named;
    }

    /// <summary>As it was written, without spaces around it.</summary>
    public static Result<string> Name(string? name) => Text.Require(name?.Trim(), MostName, "name");

    /// <summary>A name that is proposed: never longer than one may be, never through the middle of a character.</summary>
    public static string Propose(string name) =>
        name.Length <= MostName ? name : string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[MostName - 2]) ? MostName - 2 : MostName - 1), "…");

    /// <summary>When what appears now is told by a daily notice: the next time that the hour strikes.</summary>
    public static DateTimeOffset NextDaily(DateTimeOffset now) => Days.Next(new TimeOnly(HourOfDay, 0), now);

    /// <summary>When a search may be told at once the next time.</summary>
    /// <param name="toldAt">When it was told last.</param>
    public static DateTimeOffset NextAtOnce(DateTimeOffset? toldAt, DateTimeOffset now) => toldAt is { } last ? Instant.Later(last + Gap, now) : now;
}
