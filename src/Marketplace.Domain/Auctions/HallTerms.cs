namespace Marketplace.Domain.Auctions;

/// <summary>Who has the price when the floor and the net offer the same. Stored by name.</summary>
public enum TieRule
{
    /// <summary>The one the server received first.</summary>
    FirstReceived,

    /// <summary>A raised paddle, until the first warning on that price.</summary>
    Floor,

    /// <summary>A bid over the net, until the first warning on that price.</summary>
    Net,
}

/// <summary>What the announcement of a 拍卖 fixes beside price and ladder. Such a lot has no end of its own: the hammer ends it.</summary>
/// <param name="WarningSeconds">The least time between two warnings, and from the third to the hammer.</param>
/// <param name="FloorFrom">The first paddle that is handed out at the check-in desk.</param>
/// <param name="FloorTo">The last one; all other paddles bid over the net.</param>
public sealed record HallTerms(int WarningSeconds, TieRule TieGoesTo, int FloorFrom, int FloorTo)
{
    public const int DefaultWarningSeconds = 10;

    public TimeSpan Warning => TimeSpan.FromSeconds(WarningSeconds);

    public bool IsFloor(int paddle) => paddle >= FloorFrom && paddle <= FloorTo;

    /// <summary>Null when a hall can be held like this.</summary>
    public string? FirstFault() =>
        WarningSeconds is < 1 or > 300 ? "hall.warningSeconds"
        : FloorFrom < 1 || FloorTo < FloorFrom || FloorTo > 9999 ? "hall.floor"
        : null;
}

/// <summary>
/// What a lot needs to be called up (拍卖法 42, 45, 47–49) and who stands at the desk. All of it is public: the hall's
/// record names the house, its auctioneer by 资格证号 and its recorder.
/// </summary>
public sealed record HallPapers
{
    public required string House { get; init; }

    /// <summary>拍卖经营批准证书 no.</summary>
    public required string HouseLicence { get; init; }
    public required DateOnly HouseLicenceUntil { get; init; }
    public required string Auctioneer { get; init; }

    /// <summary>拍卖师资格证号</summary>
    public required string Qualification { get; init; }
    public required string Recorder { get; init; }
    public required string Place { get; init; }

    /// <summary>委托拍卖合同</summary>
    public required string MandateSha256 { get; init; }
    public required DateOnly MandateDate { get; init; }

    /// <summary>公告 in media</summary>
    public required string NoticeMedium { get; init; }
    public required string NoticeSha256 { get; init; }
    public required DateOnly NoticeDate { get; init; }

    /// <summary>展示, both days included</summary>
    public required DateOnly DisplayFrom { get; init; }
    public required DateOnly DisplayTo { get; init; }
    public required string DisplayPlace { get; init; }

    /// <summary>拍卖规则 as announced before the auction</summary>
    public required string RulesSha256 { get; init; }
}

/// <summary>What stops a lot from being called up. Stored nowhere.</summary>
public enum HallGate
{
    LicenceMissing,
    LicenceExpired,
    QualificationMissing,
    RecorderMissing,

    /// <summary>记录人 and auctioneer are two people.</summary>
    RecorderIsAuctioneer,
    MandateMissing,
    MandateLate,
    NoticeMissing,

    /// <summary>Less than seven days between the notice and the auction.</summary>
    NoticeTooShort,
    DisplayMissing,

    /// <summary>Less than two days, or not before the auction.</summary>
    DisplayTooShort,
    RulesMissing,
}

/// <summary>The gates of a 拍卖, on the day on which the lot is called.</summary>
public static class HallGates
{
    public const int NoticeDays = 7, DisplayDays = 2;

    /// <summary>The first gate that is open, in the order of the law's articles; null when the lot may be called.</summary>
    /// <param name="rehearsal">Practice needs its people and no papers: nothing is sold.</param>
    public static HallGate? FirstOpen(HallPapers papers, DateTimeOffset at, bool rehearsal = false)
    {
        if (rehearsal) return FirstMissing(papers);
        var today = StatutoryDays.DayOf(at);
        if (Missing(papers.House) || Missing(papers.HouseLicence)) return HallGate.LicenceMissing;
        if (papers.HouseLicenceUntil < today) return HallGate.LicenceExpired;
        if (FirstMissing(papers) is { } person) return person;
        if (!IsHash(papers.MandateSha256)) return HallGate.MandateMissing;
        if (papers.MandateDate > today) return HallGate.MandateLate;
        if (Missing(papers.NoticeMedium) || !IsHash(papers.NoticeSha256)) return HallGate.NoticeMissing;
        if (at < StatutoryDays.EndOf(StatutoryDays.StartOf(papers.NoticeDate), NoticeDays)) return HallGate.NoticeTooShort;
        if (Missing(papers.DisplayPlace)) return HallGate.DisplayMissing;
        if (papers.DisplayTo >= today || papers.DisplayTo.DayNumber - papers.DisplayFrom.DayNumber + 1 < DisplayDays) return HallGate.DisplayTooShort;
        return IsHash(papers.RulesSha256) ? null : HallGate.RulesMissing;
    }

    /// <summary>Who stands at the desk.</summary>
    private static HallGate? FirstMissing(HallPapers papers) =>
        Missing(papers.Auctioneer) || Missing(papers.Qualification) ? HallGate.QualificationMissing
        : Missing(papers.Recorder) ? HallGate.RecorderMissing
        : papers.Recorder == papers.Auctioneer ? HallGate.RecorderIsAuctioneer
        : null;

    private static bool Missing(string? text) => string.IsNullOrWhiteSpace(text);

    private static bool IsHash(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
