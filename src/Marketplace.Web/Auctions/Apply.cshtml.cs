using System.Collections.Immutable;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>竞买报名 in seven steps. Only the applying organisation sees this page of its application.</summary>
public sealed class ApplyModel(
    MarketplaceDb db, Applications applications, Conflicts conflicts, Holders holders, BuyerAgencies agencies, DepositAccounts deposits, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    /// <summary>What was typed and could not be saved.</summary>
    public sealed class Typed
    {
        public string? Statement { get; set; }
        public string? Agent { get; set; }
        public Guid? Agency { get; set; }
        public string? MandateUntil { get; set; }
        public Interest Interest { get; set; }
        public string? InterestText { get; set; }
        public string[] InterestOf { get; set; } = [];
        public string? Ceiling { get; set; }
        public Guid? Letter { get; set; }
    }

    public Lot Lot { get; private set; } = null!;
    public Session? Session { get; private set; }
    public Membership Member { get; private set; } = null!;
    public Organisation Organisation { get; private set; } = null!;
    public Application? Application { get; private set; }
    public ApplicationStep? Current { get; private set; }
    public Typed Input { get; private set; } = new();
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>Why this organisation cannot apply at all; null when it can.</summary>
    public Refusal? Barred { get; private set; }
    public string? BarredText => Barred is { } refusal ? refusals.Say(refusal) : null;

    /// <summary>The reviewer's words, or the rule by which the applicant was excluded.</summary>
    public string? RefusedBecause => Enum.TryParse<Refusal>(Application?.ReviewReason, out var rule) ? refusals.Say(rule) : Application?.ReviewReason;

    public bool MaySetCeiling { get; private set; }
    public bool HasSecondFactor { get; private set; }
    public long? CeilingFen { get; private set; }
    public long AvailableFen { get; private set; }
    public int? Paddle { get; private set; }

    /// <summary>The 完成人 as the achievement publishes them.</summary>
    public ImmutableArray<string> Completers { get; private set; } = [];

    /// <summary>The agencies that the applicant may name as its 竞买代理, and the one it has named.</summary>
    public ImmutableArray<NamedAgency> Agencies { get; private set; } = [];
    public NamedAgency? Agency { get; private set; }

    /// <summary>The applicant's letters that are in force, each with why it cannot stand for this deposit; null where it can.</summary>
    public IReadOnlyList<(GuaranteeLine Line, string? Bar)> Letters { get; private set; } = [];

    /// <summary>The lot has holders of 优先受让权; a code is asked for.</summary>
    public bool AsksCode { get; private set; }

    /// <summary>The second-best may be asked in this lot, so the applicant may agree to wait.</summary>
    public bool KnowsSecond { get; private set; }
    public string? CodeTyped { get; private set; }

    /// <summary>Of the applicant's own lots, those that the same deposit covers, or would.</summary>
    public IReadOnlyList<Lot> SameDeposit { get; private set; } = [];

    /// <summary>Applications are over, but a holder may still come while the known price is matched.</summary>
    public bool OnlyHolders => Application is null && Now >= Lot.ApplyUntil && Now < Seen.MatchUntil;
    public DateTimeOffset Now => clock.GetUtcNow();
    public int Done => Application is null ? 0 : Enum.GetValues<ApplicationStep>().Count(IsDone);

    public bool IsDone(ApplicationStep step) => step == ApplicationStep.SecondFactor ? HasSecondFactor : Application?.IsDone(step) == true;

    public async Task<IActionResult> OnGetAsync(string id, int? step, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (step is >= 1 and <= 5 && Application?.IsDone((ApplicationStep)step) == true && IsOpen((ApplicationStep)step)) Current = (ApplicationStep)step;
        Input = new Typed
        {
            Statement = Application?.Statement,
            Agent = Application?.Agent,
            Agency = Agency?.Id,
            MandateUntil = Application?.MandateUntil is { } day ? BeijingTime.Day(day) : null,
            Interest = Application?.Interest ?? Interest.None,
            InterestText = Application?.InterestText,
            InterestOf = Application?.InterestOf?.Split('、') ?? [],
            Ceiling = CeilingFen is { } fen ? Fen.Plain(fen) : null,
        };
        return Page();
    }

    public Task<IActionResult> OnPostQualifyAsync(string id, Typed input, IFormFile? file, CancellationToken cancellation) =>
        Post(id, input, ApplicationStep.Qualification, async (application, at) =>
        {
            var kept = await Keep(file, application.PapersSha256, application.PapersName, "papers", cancellation);
            return kept.Then(f => application.Qualify(Seen, input.Statement, f.Sha, f.Name, at));
        }, cancellation);

    public Task<IActionResult> OnPostMandateAsync(string id, Typed input, IFormFile? file, CancellationToken cancellation) =>
        Post(id, input, ApplicationStep.Mandate, async (application, at) =>
        {
            var kept = await Keep(file, application.MandateSha256, application.MandateName, "mandate", cancellation);
            return kept.Then(f => application.Mandate(Seen, input.Agent, BeijingTime.ReadDay(input.MandateUntil), f.Sha, f.Name, at));
        }, cancellation, (application, person) => agencies.Name(application, input.Agency, Seen.OpensAt, person, cancellation));

    public Task<IActionResult> OnPostPledgeAsync(string id, string? sha256, bool accepted, bool waits, CancellationToken cancellation) =>
        Post(id, new Typed(), ApplicationStep.Pledge, async (application, at) =>
        {
            if (!accepted) return Result<Application>.Refuse(Refusal.Required, "pledge");
            var (person, name) = await Me(cancellation);
            return application.Accept(Seen, Pledge.Version, sha256 ?? "", person, name, at, waits && KnowsSecond ? SecondBest.CurrentConsent : null);
        }, cancellation);

    public Task<IActionResult> OnPostInterestsAsync(string id, Typed input, CancellationToken cancellation) =>
        Post(id, input, ApplicationStep.Interests, async (application, at) =>
            application.Declare(Seen with { Completers = Completers }, input.Interest, input.InterestText, (await Me(cancellation)).Name, at, input.InterestOf), cancellation);

    public async Task<IActionResult> OnPostCeilingAsync(string id, Typed input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var may = await actor.May(Act.SetCeiling, Member.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (Application is null) return Redirect($"/auctions/{id}/apply");
        (Input, Current) = (input, ApplicationStep.Ceiling);
        if (!Fen.TryRead(input.Ceiling, out var fen))
        {
            Faults.Add(Refusal.CeilingOutOfRange, "ceiling");
            return Page();
        }

        var (person, name) = await Me(cancellation);
        var set = await applications.SetCeiling(Lot, Application, fen, person, name, cancellation);
        if (set.Done) return Redirect($"/auctions/{id}/apply");
        Faults.Add(set, "ceiling");
        return Page();
    }

    public async Task<IActionResult> OnPostFreezeAsync(string id, Typed input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var may = await actor.May(Act.FreezeDeposit, Member.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (Application is null) return Redirect($"/auctions/{id}/apply");
        var frozen = await applications.Freeze(Lot, Application, cancellation, input.Letter);
        if (frozen.Done) return Redirect($"/auctions/{id}/apply");
        (Input, Current) = (input, ApplicationStep.Deposit);
        Faults.Add(frozen.Refusal.Value, "deposit");
        return Page();
    }

    /// <summary>撤销竞买代理, at any time.</summary>
    public async Task<IActionResult> OnPostEndAgencyAsync(string id, Guid agency, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (Application is null) return NotFound();
        var ended = await agencies.End(Application.Id, agency, byAgency: false, cancellation);
        return ended.Done ? Redirect($"/auctions/{id}/apply") : this.Refused(ended.Refusal.Value);
    }

    /// <summary>优先受让权: the code of the notice; with it an application may still begin while the known price is matched.</summary>
    public async Task<IActionResult> OnPostPriorityAsync(string id, string? code, IFormFile? file, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        CodeTyped = code;
        var person = (await actor.Get(cancellation)).Person!.Value;
        // The paper first: one that is refused leaves neither an application nor a used code behind.
        var kept = await Keep(file, Application?.PrioritySha256, Application?.PriorityName, "proof", cancellation);
        var claimed = kept.Done ? await holders.Apply(Lot, Member, person, code, kept.Value.Sha, kept.Value.Name, cancellation) : Result<Application>.Refuse(kept.Refusal.Value, "proof");
        if (claimed.Done) return Redirect($"/auctions/{id}/apply#priority");
        Faults.Add(claimed, "code", "proof");
        return Page();
    }

    private AppliedLot Seen => Applications.Seen(Lot);

    private bool IsOpen(ApplicationStep step) =>
        step == ApplicationStep.Ceiling ? Lot.Outcome is null : Application!.Review is PapersReview.None or PapersReview.Waiting && Now < Seen.AppliesUntil(Application.PriorityRank is not null);

    /// <summary>One of the four papers: starts the application with the first of them.</summary>
    private async Task<IActionResult> Post(
        string id, Typed input, ApplicationStep step, Func<Application, DateTimeOffset, Task<Result<Application>>> act, CancellationToken cancellation,
        Func<Application, Guid, Task<Result<Nothing>>>? beside = null)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        (Input, Current) = (input, step);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var application = Application is { } before ? Result<Application>.Of(before) : await applications.Start(Lot, Member, person, cancellation);
        if (application.Done) Application = application.Value;
        var next = application.Done ? await act(application.Value, clock.GetUtcNow()) : application;
        var done = next.Done ? await applications.Step(application.Value, (_, _) => next, cancellation, beside is null ? null : () => beside(application.Value, person)) : next;
        if (done.Done) return Redirect($"/auctions/{id}/apply");
        Faults.Add(done, "statement", "papers", "agent", "agency", "until", "mandate", "pledge", "interest", "interestOf", "interestText");
        if (done.Detail is null) Barred = Application is null ? done.Refusal : null;
        return Page();
    }

    private async Task<Result<(string? Sha, string? Name)>> Keep(IFormFile? file, string? sha, string? name, string field, CancellationToken cancellation)
    {
        if (file is null || file.Length == 0) return (sha, name);
        await using var content = file.OpenReadStream();
        var kept = await files.Keep(content, file.FileName, cancellation);
        return kept.Done ? (kept.Value.Sha256, kept.Value.FileName) : Result<(string?, string?)>.Refuse(kept.Refusal.Value, field);
    }

    private async Task<(Guid Id, string Name)> Me(CancellationToken cancellation)
    {
        var id = (await actor.Get(cancellation)).Person!.Value;
        return (id, await db.Set<Person>().Where(p => p.Id == id).Select(p => p.DisplayName).SingleAsync(cancellation));
    }

    private async Task<IReadOnlyList<Lot>> WithSameDeposit(Application application, CancellationToken cancellation)
    {
        var beside = await applications.Beside(Lot, cancellation);
        var own = (await deposits.Account(Member.Organisation)).Holds;
        var covered = own.LastOrDefault(h => h.IsActive && h.Auction == application.Auction) is { } hold
            ? (await deposits.AlsoCovers(hold.Id, cancellation)).ToList()
            : [.. own.Where(h => h is { IsActive: true, Money: null, Letter: null } && h.AmountFen >= Lot.DepositFen && beside.Contains(h.Auction)).Select(h => h.Auction).Take(1)];
        return await db.Set<Lot>().AsNoTracking().Where(l => covered.Contains(l.Id)).OrderBy(l => l.Place).ToListAsync(cancellation);
    }

    private async Task<IActionResult?> Load(string id, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ApplyToBid, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var lot = await db.Set<Lot>().SingleOrDefaultAsync(l => l.Id == id && l.State == LotState.Announced, cancellation);
        if (lot is null) return NotFound();
        (Lot, Member) = (lot, may.Value);
        Session = await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == lot.Session, cancellation);
        Organisation = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == Member.Organisation, cancellation);
        KnowsSecond = SecondBest.Known(lot.Format) && !await db.Set<HallSession>().AnyAsync(h => h.Session == lot.Session, cancellation);
        AsksCode = await holders.AnyOf(id, cancellation);
        var work = await db.Set<Achievement>().Where(a => a.Id == lot.Achievement).Select(a => a.PublicContent ?? a.Content).SingleAsync(cancellation);
        Completers = [.. PublicTier.Of(AchievementContent.Read(work)).Completers.Select(c => c.Name).Distinct()];
        Application = await applications.Find(id, Member.Organisation, cancellation);
        MaySetCeiling = (await actor.May(Act.SetCeiling, Member.Organisation, cancellation)).Done;
        var person = (await actor.Get(cancellation)).Person!.Value;
        HasSecondFactor = await db.Set<Person>().Where(p => p.Id == person).Select(p => p.TwoFactorEnabled).SingleAsync(cancellation);
        var account = await deposits.Account(Member.Organisation);
        AvailableFen = account.AvailableFen;
        Agencies = await agencies.Of(Member.Organisation, Seen.OpensAt, cancellation);
        if (Application is { } application)
        {
            Letters = [.. account.Letters.Where(l => !l.Letter.IsOver(Now)).Select(l => (l, l.Bars(lot.DepositFen, Applications.DepositBy(lot, application), Applications.LastsUntil(lot), Now) is { } bar ? refusals.Say(bar) : null))];
            if (lot.SharedDeposit) SameDeposit = await WithSameDeposit(application, cancellation);
            Agency = await agencies.NamedBy(application.Id, cancellation);
            CeilingFen = await applications.CeilingForApplicant(application, cancellation);
            Paddle = await db.Set<PaddleRow>().Where(p => p.Application == application.Id && p.AdmittedAt != null).Select(p => (int?)p.Paddle).SingleOrDefaultAsync(cancellation);
            Current = application.Review == PapersReview.Refused ? null : application.Next;
        }
        else
        {
            var started = Application.Start(await applications.SeenBy(lot, Member.Organisation, cancellation), Guid.Empty, "", Member.Organisation, Member.Demo, person, Now);
            Barred = started.Done ? await conflicts.Of(started.Value, cancellation) : started.Refusal;
            Current = Barred is null ? ApplicationStep.Qualification : null;
        }

        return null;
    }
}
