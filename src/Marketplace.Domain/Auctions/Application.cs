using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The steps of a 竞买报名, in the order they are filled in.</summary>
public enum ApplicationStep { Qualification = 1, Mandate, Pledge, Interests, Ceiling, Deposit, SecondFactor }

/// <summary>Where the reviewer stands with the papers. Stored by name.</summary>
public enum PapersReview { None, Waiting, Passed, Refused }

/// <summary>What the applicant declares about the seller and the 完成人. Stored by name.</summary>
public enum Interest
{
    None,

    /// <summary>A 完成人 holds a share or a post; allowed, published with the result.</summary>
    Inventor,

    /// <summary>One controls the other, or both are under one control: may not bid.</summary>
    Controlled,

    /// <summary>Who decides or bids here is a near relative of who decides for the seller or serves the market (拍卖法 22, 30): may not bid.</summary>
    Relative,

    /// <summary>It appraised the lot, brokered it, certified or advised on it: may not bid.</summary>
    Helper,
}

/// <summary>What an application is checked against: the lot as announced.</summary>
/// <param name="Defaulted">The applicant won an earlier round of this lot and defaulted (网络司法拍卖规定 24).</param>
public sealed record AppliedLot(string Auction, Guid Seller, bool Demo, bool Announced, DateTimeOffset ApplyUntil, DateTimeOffset OpensAt, long StartPriceFen, string PledgeSha256, bool Defaulted = false)
{
    /// <summary>Holders of 优先受让权 may still come until then, once the price is known.</summary>
    public DateTimeOffset? MatchUntil { get; init; }

    /// <summary>It stands still and its bidding has never opened, however late it is.</summary>
    public bool WaitsToOpen { get; init; }

    /// <summary>The lot asks for 境内法人 and the applicant is registered abroad.</summary>
    public bool ExcludesAbroad { get; init; }

    /// <summary>The names that the achievement publishes as its 完成人.</summary>
    public ImmutableArray<string> Completers { get; init; } = [];

    /// <summary>Until when an application may be handed in and its deposit credited.</summary>
    public DateTimeOffset AppliesUntil(bool priority) => priority && MatchUntil is { } until ? until : ApplyUntil;
}

/// <summary>
/// 竞买报名: an organisation's way to a paddle in one auction. Immutable; every step gives the next state or a refusal.
/// The reviewer sees the papers under <see cref="Code"/> and never the lot.
/// </summary>
/// <remarks>
/// Order of refusals, the same in every step: LotNotAnnounced, DemoMeetsReal, SellerMayNotBid, DefaultedBefore, DomesticBuyersOnly,
/// ApplicationDecided, ApplicationsClosed, StepOutOfOrder, then what the step itself asks.
/// </remarks>
public sealed record Application
{
    public const int MostText = 1000;

    public required Guid Id { get; init; }
    public required string Code { get; init; }
    public required string Auction { get; init; }
    public required Guid Organisation { get; init; }
    public required bool Demo { get; init; }
    public required Guid StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    public string? Statement { get; init; }
    public string? PapersSha256 { get; init; }
    public string? PapersName { get; init; }
    public DateTimeOffset? QualifiedAt { get; init; }

    public string? Agent { get; init; }
    public DateOnly? MandateUntil { get; init; }
    public string? MandateSha256 { get; init; }
    public string? MandateName { get; init; }
    public DateTimeOffset? MandateAt { get; init; }

    public string? PledgeVersion { get; init; }
    public string? PledgeSha256 { get; init; }
    public string? PledgeByName { get; init; }
    public Guid? PledgeBy { get; init; }
    public DateTimeOffset? PledgeAt { get; init; }

    /// <summary>Agreed to wait as second-best, under the text of this version; null when not.</summary>
    public string? SecondConsent { get; init; }

    public Interest Interest { get; init; }
    public string? InterestText { get; init; }

    /// <summary>Which 完成人 the declaration is about, joined by 、. With the kind of interest it is all that is published of it.</summary>
    public string? InterestOf { get; init; }
    public string? InterestByName { get; init; }
    public DateTimeOffset? InterestAt { get; init; }

    public PapersReview Review { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public Guid? ReviewedBy { get; init; }
    public DateTimeOffset? ReviewedAt { get; init; }
    public string? ReviewReason { get; init; }

    /// <summary>A signatory set the ceiling; its amount lies in a private table and then in the auction's secrets.</summary>
    public Guid? CeilingBy { get; init; }
    public string? CeilingByName { get; init; }
    public DateTimeOffset? CeilingAt { get; init; }

    public Guid? Hold { get; init; }
    public DateTimeOffset? HeldAt { get; init; }
    public DateTimeOffset? AdmittedAt { get; init; }
    public int Version { get; init; }

    /// <summary>优先受让权: the rank that the holder's code stands for; the paper that shows it is read after the close.</summary>
    public int? PriorityRank { get; init; }
    public string? PrioritySha256 { get; init; }
    public string? PriorityName { get; init; }
    public DateTimeOffset? PriorityAt { get; init; }

    /// <summary>The auction knows the rank.</summary>
    public DateTimeOffset? PriorityGrantedAt { get; init; }

    /// <summary>Starts an application; nothing is asked yet but who may apply at all.</summary>
    /// <param name="rank">The rank of a holder of 优先受让权 who shows the code at once.</param>
    public static Result<Application> Start(AppliedLot lot, Guid id, string code, Guid organisation, bool demo, Guid person, DateTimeOffset at, int? rank = null)
    {
        var application = new Application
        {
            Id = id,
            Code = code,
            Auction = lot.Auction,
            Organisation = organisation,
            Demo = demo,
            StartedBy = person,
            StartedAt = at,
            PriorityRank = rank,
            PriorityAt = rank is null ? null : at,
        };
        return application.Refused(lot, at) is { } refusal ? refusal : application;
    }

    /// <summary>1: answers on the buyer's conditions with a paper that proves them.</summary>
    public Result<Application> Qualify(AppliedLot lot, string? statement, string? sha256, string? name, DateTimeOffset at)
    {
        if (Refused(lot, at) is { } refusal) return refusal;
        if (PapersRefusal() is { } papers) return papers;
        var text = Text.Require(statement, MostText, "statement");
        if (!text.Done) return text.Then(_ => Result<Application>.Of(this));
        if (string.IsNullOrEmpty(sha256)) return Result<Application>.Refuse(Refusal.Required, "papers");
        return Papers(this with { Statement = text.Value, PapersSha256 = sha256, PapersName = name, QualifiedAt = at }, at);
    }

    /// <summary>2: 授权委托书. It must still be valid on the day bidding opens.</summary>
    public Result<Application> Mandate(AppliedLot lot, string? agent, DateOnly? until, string? sha256, string? name, DateTimeOffset at)
    {
        if (Refused(lot, at) is { } refusal) return refusal;
        if (PapersRefusal() is { } papers) return papers;
        var who = Text.Require(agent, 100, "agent");
        if (!who.Done) return who.Then(_ => Result<Application>.Of(this));
        if (until is not { } last) return Result<Application>.Refuse(Refusal.Required, "until");
        if (last < StatutoryDays.DayOf(lot.OpensAt)) return Result<Application>.Refuse(Refusal.MandateEndsTooEarly, "until");
        if (string.IsNullOrEmpty(sha256)) return Result<Application>.Refuse(Refusal.Required, "mandate");
        return Papers(this with { Agent = who.Value, MandateUntil = last, MandateSha256 = sha256, MandateName = name, MandateAt = at }, at);
    }

    /// <summary>3: 竞买承诺书. What is accepted is the text with this hash, which must be the announced one.</summary>
    /// <param name="secondConsent">The version of the text under which it agrees to wait as second-best; null when it does not.</param>
    public Result<Application> Accept(AppliedLot lot, string version, string sha256, Guid person, string personName, DateTimeOffset at, string? secondConsent = null)
    {
        if (Refused(lot, at) is { } refusal) return refusal;
        if (PapersRefusal() is { } papers) return papers;
        return sha256 != lot.PledgeSha256
            ? Result<Application>.Refuse(Refusal.PledgeChanged, "pledge")
            : Papers(this with { PledgeVersion = version, PledgeSha256 = sha256, PledgeBy = person, PledgeByName = personName, PledgeAt = at, SecondConsent = secondConsent }, at);
    }

    /// <summary>4: 利害关系. Control excludes; a share of a 完成人 is declared and published with the result.</summary>
    /// <param name="of">Which of the published 完成人 it is about; at least one where the achievement names any.</param>
    public Result<Application> Declare(AppliedLot lot, Interest interest, string? text, string personName, DateTimeOffset at, IReadOnlyCollection<string>? of = null)
    {
        if (Refused(lot, at) is { } refusal) return refusal;
        if (PapersRefusal() is { } papers) return papers;
        if (interest is Interest.Controlled or Interest.Relative or Interest.Helper) return Result<Application>.Refuse(Refusal.RelatedParty, "interest");
        // Only names that are public already: nobody else is published by being written here.
        var named = interest == Interest.None ? [] : lot.Completers.Where(c => of?.Contains(c) == true).ToImmutableArray();
        if (interest == Interest.Inventor && !lot.Completers.IsEmpty && named.IsEmpty) return Result<Application>.Refuse(Refusal.Required, "interestOf");
        var detail = interest == Interest.None ? Result<string?>.Of(null) : Text.Require(text, MostText, "interestText").Then(t => Result<string?>.Of(t));
        return detail.Then<Application>(t => Papers(this with { Interest = interest, InterestText = t, InterestOf = JoinNames(named), InterestByName = personName, InterestAt = at }, at));
    }

    /// <summary>5: the signatory's ceiling. It may be moved until bidding ends; only that it was set, and by whom, is here.</summary>
    public Result<Application> SetCeiling(AppliedLot lot, long ceilingFen, Guid signatory, string name, DateTimeOffset at)
    {
        if (Refused(lot, at, closes: false) is { } refusal) return refusal;
        if (Review == PapersReview.None) return Result<Application>.Refuse(Refusal.StepOutOfOrder, nameof(ApplicationStep.Interests));
        return ceilingFen < lot.StartPriceFen || !Fen.IsAmount(ceilingFen)
            ? Result<Application>.Refuse(Refusal.CeilingOutOfRange, "ceiling")
            : this with { CeilingBy = signatory, CeilingByName = name, CeilingAt = at };
    }

    /// <summary>优先受让权: the code of the notice was shown. Until the first bid, also after the admission.</summary>
    public Result<Application> Claim(AppliedLot lot, int rank, string? sha256, string? name, DateTimeOffset at)
    {
        if (Refused(lot, at, closes: false) is { } refusal) return refusal;
        if (PriorityRank is { } before && before != rank) return Refusal.RankGiven;
        return this with { PriorityRank = rank, PrioritySha256 = sha256 ?? PrioritySha256, PriorityName = sha256 is null ? PriorityName : name, PriorityAt = PriorityAt ?? at };
    }

    /// <summary>
    /// 6: whether the deposit may be frozen now. Not the deadline of applications decides here but the ledger: a later
    /// click is good while money that the bank credited in time covers it (domain.md §8a.9).
    /// </summary>
    public Result<Nothing> MayFreeze(AppliedLot lot, DateTimeOffset at)
    {
        if (Refused(lot, at, closes: false) is { } refusal) return refusal;
        if (!lot.WaitsToOpen && at >= (PriorityRank is not null && lot.MatchUntil is { } until ? until : lot.OpensAt)) return Refusal.ApplicationsClosed;
        return Review == PapersReview.None || CeilingAt is null
            ? Result<Nothing>.Refuse(Refusal.StepOutOfOrder, nameof(ApplicationStep.Ceiling))
            : default(Nothing);
    }

    /// <summary>What the ledger holds for this application now; null when the organisation took it back.</summary>
    public Application Held(Guid? hold, DateTimeOffset at) => Hold == hold ? this : this with { Hold = hold, HeldAt = hold is null ? null : at };

    /// <summary>
    /// The id of the next hold: the application's own first, then one for each that was taken back. The same click
    /// repeated gives the same id, so that it freezes once.
    /// </summary>
    public Guid NextHold(int ended)
    {
        if (ended == 0) return Id;
        Span<byte> seed = stackalloc byte[20];
        Id.TryWriteBytes(seed);
        BitConverter.TryWriteBytes(seed[16..], ended);
        return new Guid(SHA256.HashData(seed)[..16]);
    }

    /// <summary>The reviewer's answer to the papers; once given it stands.</summary>
    public Result<Application> Reviewed(bool passed, string? reason, Guid reviewer, DateTimeOffset at)
    {
        if (Review != PapersReview.Waiting) return Refusal.ApplicationDecided;
        var why = Text.Allow(reason, MostText, "reason");
        if (!why.Done) return why.Then(_ => Result<Application>.Of(this));
        if (!passed && why.Value is null) return Result<Application>.Refuse(Refusal.Required, "reason");
        return this with { Review = passed ? PapersReview.Passed : PapersReview.Refused, ReviewReason = why.Value, ReviewedBy = reviewer, ReviewedAt = at };
    }

    /// <summary>回避: the applicant turned out to be unfit to bid for this lot. The refusal's name is the reason.</summary>
    public Application Excluded(Refusal why, DateTimeOffset at) => this with { Review = PapersReview.Refused, ReviewReason = why.ToString(), ReviewedAt = at };

    /// <summary>Papers passed, ceiling set, deposit frozen: a paddle may be drawn.</summary>
    public bool IsReady => Review == PapersReview.Passed && CeilingAt is not null && Hold is not null;

    public bool IsDone(ApplicationStep step) => step switch
    {
        ApplicationStep.Qualification => QualifiedAt is not null,
        ApplicationStep.Mandate => MandateAt is not null,
        ApplicationStep.Pledge => PledgeAt is not null,
        ApplicationStep.Interests => InterestAt is not null,
        ApplicationStep.Ceiling => CeilingAt is not null,
        ApplicationStep.Deposit => HeldAt is not null,
        ApplicationStep.SecondFactor => false,
    };

    /// <summary>The step that is to be filled in next; null when only the second factor, or nothing, is left.</summary>
    public ApplicationStep? Next =>
        Enum.GetValues<ApplicationStep>().Cast<ApplicationStep?>().FirstOrDefault(s => s != ApplicationStep.SecondFactor && !IsDone(s!.Value));

    private Refusal? PapersRefusal() => Review is PapersReview.Passed or PapersReview.Refused ? Refusal.ApplicationDecided : null;

    private static string? JoinNames(ImmutableArray<string> names) => names.IsEmpty ? null : string.Join('、', names);

    // The four papers together go to the reviewer by themselves.
    private static Application Papers(Application next, DateTimeOffset at) =>
        next.Review == PapersReview.None && next.QualifiedAt is not null && next.MandateAt is not null && next.PledgeAt is not null && next.InterestAt is not null
            ? next with { Review = PapersReview.Waiting, SubmittedAt = at }
            : next;

    private Refusal? Refused(AppliedLot lot, DateTimeOffset at, bool closes = true) =>
        !lot.Announced ? Refusal.LotNotAnnounced
        : lot.Demo != Demo ? Refusal.DemoMeetsReal
        : lot.Seller == Organisation ? Refusal.SellerMayNotBid
        : lot.Defaulted ? Refusal.DefaultedBefore
        : lot.ExcludesAbroad ? Refusal.DomesticBuyersOnly
        : Review == PapersReview.Refused ? Refusal.ApplicationDecided
        : closes && at >= lot.AppliesUntil(PriorityRank is not null) ? Refusal.ApplicationsClosed
        : null;
}
