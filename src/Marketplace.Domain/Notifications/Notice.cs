using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Notifications;

/// <summary>Somebody is told something.</summary>
/// <param name="Id">The caller's own id of the event; told again under it, the same recipient hears nothing new.</param>
/// <param name="Recipient">An organisation, or a person.</param>
/// <param name="Subject">What it is about: the id of a lot, a deal, an achievement, a saved search.</param>
/// <param name="Url">The page of this market where one goes on.</param>
/// <param name="Values">What fills the places of its text.</param>
public sealed record Notice(string Id, NoticeKind Kind, Recipient Recipient, string Subject, string Url, DateTimeOffset At, ImmutableArray<NoticeValue> Values)
{
    public const int LongestId = 160;
    public const int LongestSubject = 80;
    public const int LongestUrl = 400;

    /// <summary>Without recipient and subject, which may not stand together in a log.</summary>
    public override string ToString() => $"{nameof(Notice)} {Kind}";
}

/// <summary>Who is told: all members of an organisation whom it concerns, or one person.</summary>
public readonly record struct Recipient(Guid Id, bool IsPerson)
{
    public static Recipient Organisation(Guid id) => new(id, false);

    public static Recipient Person(Guid id) => new(id, true);
}

/// <summary>How a value is written in the language of its reader.</summary>
public enum ValueForm { Text, Money, Moment, Day, Word, Refusal }

/// <summary>A value of a text. Kept as one string: the form's letter and the value.</summary>
public readonly record struct NoticeValue(ValueForm Form, string Raw)
{
    private const string Letters = "tmadwr";

    /// <summary>As it is; titles and reasons are cut to what a message holds.</summary>
    public static NoticeValue Text(string text) => new(ValueForm.Text, text.Length <= MostText ? text : Cut(text));

    /// <summary>An amount in fen.</summary>
    public static NoticeValue Money(long fen) => new(ValueForm.Money, fen.ToString(CultureInfo.InvariantCulture));

    public static NoticeValue Moment(DateTimeOffset at) => new(ValueForm.Moment, Instant.Write(at));

    public static NoticeValue Day(DateOnly day) => new(ValueForm.Day, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>A word that the texts of notices translate.</summary>
    public static NoticeValue Word(string key) => new(ValueForm.Word, key);

    /// <summary>A reason that somebody wrote, or the name of the refusal that was the reason.</summary>
    public static NoticeValue Reason(string? reason) =>
        Enum.TryParse<Refusal>(reason, out var refusal) && refusal.ToString() == reason ? new(ValueForm.Refusal, reason) : Text(reason ?? "");

    public const int MostText = 300;

    public string Write() => Letters[(int)Form] + Raw;

    public static NoticeValue Read(string written) =>
        written.Length > 0 && Letters.IndexOf(written[0], StringComparison.Ordinal) is >= 0 and var form ? new((ValueForm)form, written[1..]) : throw new FormatException("A value nobody wrote.");

    /// <summary>Never through the middle of a character.</summary>
    private static string Cut(string text) => string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostText - 2]) ? MostText - 2 : MostText - 1), "…");
}
