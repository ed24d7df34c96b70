using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations.Mandates;

/// <summary>On whose side of a trade the agency stands. Stored by name.</summary>
public enum MandateSide
{
    /// <summary>供方: for whoever owns achievements.</summary>
    Supply,

    /// <summary>需方: for whoever has demands.</summary>
    Demand,
}

/// <summary>What the agency may do in the client's name. Stored by name.</summary>
public enum MandatePower
{
    /// <summary>Post, edit and send to review; never withdraw.</summary>
    WriteAchievements,
    WriteDemands,

    /// <summary>竞买代理: bid where an application of the client's names the agency; never above the ceiling of the client's signatory.</summary>
    PlaceBids,

    /// <summary>Responses to demands of others.</summary>
    AnswerDemands,
}

/// <summary>What a mandate says: the text that both sides sign.</summary>
public sealed record MandateTerms
{
    public const int MostSubjects = 200;
    public const int MostNote = 2000;

    /// <summary>A mandate begins within so many years and binds for at most as many; then it is renewed.</summary>
    public const int MostYears = 3;

    public const int MostNoticeDays = 90;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public MandateSide Side { get; init; }

    /// <summary>独家: no other agency on the same side of the same things.</summary>
    public bool Exclusive { get; init; }

    /// <summary>The first day.</summary>
    public DateOnly From { get; init; }

    /// <summary>The last day, to 24:00 in Beijing.</summary>
    public DateOnly Until { get; init; }

    /// <summary>The achievements or demands it is about, by id; empty for everything of the client's on this side.</summary>
    public ImmutableArray<Guid> Subjects { get; init; } = [];

    public ImmutableArray<MandatePower> Powers { get; init; } = [];

    public MandateFee Fee { get; init; } = MandateFee.Unagreed;

    /// <summary>Days between one side's notice and the end.</summary>
    public int NoticeDays { get; init; } = 30;

    /// <summary>双方代理: the client was told that the agency may act for the other side too, and agrees.</summary>
    public bool AllowsBothSides { get; init; }

    /// <summary>What binds agency and client together besides this mandate, as it was told before the signature.</summary>
    public string? Related { get; init; }

    /// <summary>What else is agreed.</summary>
    public string? Note { get; init; }

    public bool Equals(MandateTerms? other) => other is not null && Write() == other.Write();

    public override int GetHashCode() => HashCode.Combine(Side, From, Until);

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static MandateTerms Read(string json) => JsonSerializer.Deserialize<MandateTerms>(json, Json)!;

    /// <summary>The kinds of organisation that can be the client on this side.</summary>
    public static bool CanBeClient(OrganisationKind kind, MandateSide side) => side switch
    {
        MandateSide.Supply => kind is OrganisationKind.University,
        MandateSide.Demand => kind is OrganisationKind.University or OrganisationKind.Enterprise,
    };

    /// <summary>The powers that make sense on this side.</summary>
    public static ImmutableArray<MandatePower> PowersOf(MandateSide side) => side switch
    {
        MandateSide.Supply => [MandatePower.WriteAchievements, MandatePower.AnswerDemands],
        MandateSide.Demand => [MandatePower.WriteDemands, MandatePower.PlaceBids],
    };

    public bool Covers(Guid subject) => Subjects.IsEmpty || Subjects.Contains(subject);

    public bool Overlaps(MandateTerms other) =>
        Side == other.Side && From <= other.Until && other.From <= Until && (Subjects.IsEmpty || other.Subjects.IsEmpty || Subjects.Any(other.Subjects.Contains));

    /// <summary>Everything that keeps these terms from being proposed.</summary>
    /// <param name="related">The market's records say that agency and client belong together.</param>
    public ImmutableArray<(string Field, Refusal Why)> Faults(OrganisationKind client, bool related, DateOnly today)
    {
        var faults = ImmutableArray.CreateBuilder<(string, Refusal)>();
        if (!Enum.IsDefined(Side) || !CanBeClient(client, Side)) faults.Add(("side", Refusal.NotAClientOfThisSide));
        if (Until < From || From < today.AddYears(-1) || Until < today) faults.Add(("until", Refusal.PeriodInvalid));
        else if (From > today.AddYears(MostYears) || Until.AddYears(-MostYears) >= From) faults.Add(("until", Refusal.PeriodTooLong));
        if (Powers.Any(p => !PowersOf(Side).Contains(p)) || Powers.Distinct().Count() != Powers.Length) faults.Add(("powers", Refusal.PowerNotOfThisSide));
        // A demand of others is none of the client's things, so a mandate over named ones could never cover it.
        else if (Powers.Contains(MandatePower.AnswerDemands) && !Subjects.IsEmpty) faults.Add(("powers", Refusal.PowerNeedsWholeMandate));
        if (Subjects.Length > MostSubjects || Subjects.Distinct().Count() != Subjects.Length) faults.Add(("subjects", Refusal.TooManyItems));
        if (NoticeDays is < 0 or > MostNoticeDays) faults.Add(("notice", Refusal.NoticeOutOfRange));
        if (Fee.Fault() is { } fee) faults.Add((fee.Field, fee.Why));
        if (Text.Allow(Note, MostNote, "note").Refusal is { } note) faults.Add(("note", note));
        if (Text.Allow(Related, MostNote, "related").Refusal is { } tie) faults.Add(("related", tie));
        else if (related && string.IsNullOrWhiteSpace(Related)) faults.Add(("related", Refusal.RelationNotDisclosed));
        return faults.ToImmutable();
    }
}
