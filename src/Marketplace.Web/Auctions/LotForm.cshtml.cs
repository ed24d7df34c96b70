using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Gate = Marketplace.Domain.Auctions.Gate;

namespace Marketplace.Auctions;

/// <summary>The seller's own form of a lot: terms, secret reserve, contract, gates with their files.</summary>
public sealed partial class LotFormModel(Lots lots, Holders holders, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    private static readonly string[] Fields =
    [
        "format", "startPrice", "planDays", "planLower", "steps", "reserve", "deposit", "softClose", "duration", "cycle", "latestEnd", "minBidders", "floor", "fall", "interval", "sealed", "lastWord", "cycles",
        "deliverables", "licenceUntil",
    ];

    /// <summary>What a fall is written in.</summary>
    public enum FallBy { Percent, Yuan }

    public sealed partial class Writing
    {
        public RightOffered Right { get; set; }
        public string? LicenceUntil { get; set; }
        public string? StartPrice { get; set; }
        public string? Steps { get; set; }
        public OnStep OnStep { get; set; }
        public string Format { get; set; } = Formats.English;
        public int SoftClose { get; set; }
        public int Duration { get; set; }
        public int? Cycle { get; set; }
        public int? LatestEnd { get; set; }
        public int MinBidders { get; set; } = 1;
        public string? Floor { get; set; }
        public string? Fall { get; set; }
        public FallBy FallBy { get; set; }
        public int? Interval { get; set; }
        public int? Sealed { get; set; }
        public int? LastWord { get; set; }
        public int? Cycles { get; set; }
        public string? Deposit { get; set; }
        public string? Reserve { get; set; }
        public bool OpensReserve { get; set; }
        public BuyerConditions[] Conditions { get; set; } = [];
        public string? Deliverables { get; set; }
        public bool TaxIncluded { get; set; }
        public InvoiceKind Invoice { get; set; }
        public Bearer StampDuty { get; set; }
        public Bearer RegistrationFees { get; set; }
        public bool BuyerNameConfidential { get; set; }
        public FailedPlan Plan { get; set; }
        public int PlanDays { get; set; } = FailedLot.MostDays;

        /// <summary>In percent, as typed.</summary>
        public string? PlanLower { get; set; } = "20";
        public int Edition { get; set; }
    }

    public sealed class Answering
    {
        public Gate Gate { get; set; }
        public string? Party { get; set; }
        public string? Source { get; set; }
        public string? Date { get; set; }
        public string? Note { get; set; }
        public string? Expires { get; set; }
        public IpStatus? Status { get; set; }
        public string? Amount { get; set; }
        public string? Appraisal { get; set; }
        public NoticeService? Service { get; set; }
        public HolderAnswer HolderAnswer { get; set; }
        public string? AnsweredOn { get; set; }
        public int? Rank { get; set; }
    }

    public Writing Input { get; private set; } = new();
    public Lot Lot { get; private set; } = null!;
    public IReadOnlyList<(Gate Gate, string Party)> Asked { get; private set; } = [];
    public IReadOnlyList<GateAnswer> Answers { get; private set; } = [];
    public IReadOnlyList<GateFinding> Open { get; private set; } = [];

    /// <summary>Who has 优先受让权 on which ground, and the codes for the notices to them.</summary>
    public IReadOnlyList<PriorityHolder> PriorityHolders { get; private set; } = [];
    public IReadOnlyDictionary<string, string> Codes { get; private set; } = new Dictionary<string, string>();
    public string? HolderTyped { get; private set; }
    public PriorityGround GroundTyped { get; private set; } = PriorityGround.Agreed;
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>Why an announcement was undone, in words; null when a person gave the lot back.</summary>
    public string? Undone => Enum.TryParse<Refusal>(Lot.ReturnedBecause, out var refusal) && Enum.IsDefined(refusal) ? refusals.Say(refusal) : null;

    /// <summary>Which gate the last answer was for, so that its faults stand beside it.</summary>
    public Answering? Answered { get; private set; }

    public bool CanWrite => Lot.State is LotState.Draft or LotState.Offered;
    public string Today => BeijingTime.Day(StatutoryDays.DayOf(clock.GetUtcNow()));

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (!CanWrite) return Redirect(Lot.State == LotState.Announced ? $"/auctions/{id}/notice" : "/desk/lots");
        var reserve = await lots.ReserveForSeller(id, cancellation);
        Input = new Writing
        {
            Right = Lot.Right,
            LicenceUntil = Lot.LicenceUntil is { } until ? BeijingTime.Day(until) : null,
            StartPrice = Lot.StartPriceFen > 0 ? Fen.Plain(Lot.StartPriceFen) : null,
            Deposit = Lot.DepositFen > 0 ? Fen.Plain(Lot.DepositFen) : null,
            Reserve = reserve is { } fen ? Fen.Plain(fen) : null,
            OpensReserve = Lot.OpensReserve,
            Conditions = [.. Enum.GetValues<BuyerConditions>().Where(c => c != BuyerConditions.None && Lot.Conditions.HasFlag(c))],
            Deliverables = Lot.Deliverables,
            TaxIncluded = Lot.TaxIncluded,
            Invoice = Lot.Invoice,
            StampDuty = Lot.StampDuty,
            RegistrationFees = Lot.RegistrationFees,
            BuyerNameConfidential = Lot.BuyerNameConfidential,
            Plan = Lot.FailedPlan,
            Edition = Lot.Edition,
        };
        if (Lot.FailedPlan != FailedPlan.None) (Input.PlanDays, Input.PlanLower) = (Lot.PlanDays, Fen.Plain(Lot.PlanLowerBasisPoints));
        Fill(Input, Lot);
        Fill(Input, Lot.Payment());
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, [FromForm(Name = "Input")] Writing input, bool choose, bool addPart, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Input = input;
        // Without script: the fields of the format chosen, and everything typed so far; nothing is saved.
        if (addPart) input.Parts.Add(new PartWriting { Unit = PeriodUnit.Months });
        if (choose || addPart) return Page();
        if (input.Edition != Lot.Edition) Faults.Add(Refusal.ChangedMeanwhile);
        if (!Fen.TryRead(input.StartPrice, out var start)) Faults.Add(Refusal.AmountOutOfRange, "startPrice");
        if (!Fen.TryRead(input.Deposit, out var deposit)) Faults.Add(Refusal.AmountOutOfRange, "deposit");
        long? reserve = null;
        if (!Formats.IsOpenPriced(input.Format) && !string.IsNullOrWhiteSpace(input.Reserve))
        {
            if (Fen.TryRead(input.Reserve, out var fen)) reserve = fen;
            else Faults.Add(Refusal.AmountOutOfRange, "reserve");
        }

        var path = Formats.Falls(input.Format) ? PathOf(input) : null;
        var payment = PaymentOf(input, path?.FloorFen ?? start);
        if (Faults.Any) return Page();
        var saved = await lots.Save(
            Lot,
            new LotWriting
            {
                Right = input.Right,
                LicenceUntil = BeijingTime.ReadDay(input.LicenceUntil),
                StartPriceFen = start,
                Steps = input.Steps ?? "",
                OnStep = input.OnStep,
                SoftCloseSeconds = input.SoftClose,
                DurationSeconds = input.Duration,
                Format = input.Format,
                LatestEndSeconds = input.LatestEnd,
                CycleSeconds = input.Cycle,
                Path = path,
                SealedSeconds = input.Sealed,
                LastWordSeconds = input.LastWord,
                MinBidders = input.MinBidders,
                ListingCycles = input.Cycles,
                DepositFen = deposit,
                ReserveFen = reserve,
                OpensReserve = input.OpensReserve,
                Conditions = input.Conditions.Aggregate(BuyerConditions.None, (all, one) => all | one),
                Deliverables = input.Deliverables,
                TaxIncluded = input.TaxIncluded,
                Invoice = input.Invoice,
                StampDuty = input.StampDuty,
                RegistrationFees = input.RegistrationFees,
                BuyerNameConfidential = input.BuyerNameConfidential,
                Payment = payment,
                IfUnsold = new FailedLot(input.Plan, input.PlanDays, Fen.TryRead(input.PlanLower, out var lower) ? (int)Math.Min(lower, int.MaxValue) : -1),
            },
            cancellation);
        if (saved.Done) return Redirect($"/desk/lots/{id}#gates");
        Faults.Add(saved, Fields);
        return Page();
    }

    public async Task<IActionResult> OnPostContractAsync(string id, IFormFile? file, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var kept = await Keep(file, cancellation);
        var set = kept.Done ? await lots.SetContract(Lot, kept.Value.Sha256, kept.Value.FileName, cancellation) : Result<Nothing>.Refuse(kept.Refusal.Value);
        if (set.Done) return Redirect($"/desk/lots/{id}#contract");
        Faults.Add(set.Refusal.Value, "contract");
        return await OnGetAsync(id, cancellation);
    }

    public async Task<IActionResult> OnPostGateAsync(string id, [FromForm(Name = "Answer")] Answering answer, IFormFile? file, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Answered = answer;
        KeptFile? kept = null;
        if (file is { Length: > 0 })
        {
            var keeping = await Keep(file, cancellation);
            if (keeping.Done) kept = keeping.Value;
            else Faults.Add(keeping.Refusal.Value, "file");
        }

        var amount = Amount(answer.Amount, "amount");
        var appraisal = Amount(answer.Appraisal, "appraisal");
        if (!Faults.Any)
        {
            var saved = await lots.Answer(
                Lot,
                new GateAnswer(
                    answer.Gate, answer.Party ?? "", kept?.Sha256, kept?.FileName, answer.Source, BeijingTime.ReadDay(answer.Date), answer.Note,
                    BeijingTime.ReadDay(answer.Expires), answer.Status, amount, appraisal)
                {
                    Holder = answer is { Gate: Gate.PriorityHolders, Party.Length: > 0 }
                        ? new HolderNotice(answer.Service, answer.HolderAnswer, BeijingTime.ReadDay(answer.AnsweredOn), null, answer.Rank)
                        : null,
                },
                cancellation);
            if (saved.Done) return Redirect($"/desk/lots/{id}#gates");
            Faults.Add(saved, "source", "note", "amount", "appraisal", "rank");
        }

        return await OnGetAsync(id, cancellation);
    }

    /// <summary>The seller names a holder whom the achievement's data do not show.</summary>
    public async Task<IActionResult> OnPostHolderAsync(string id, string? holder, PriorityGround ground, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var named = await holders.Name(Lot, holder, ground, cancellation);
        if (named.Done) return Redirect($"/desk/lots/{id}#gates");
        (HolderTyped, GroundTyped) = (holder, ground);
        Faults.Add(named, "holder", "ground");
        return await OnGetAsync(id, cancellation);
    }

    public async Task<IActionResult> OnPostForgetAsync(string id, string? holder, CancellationToken cancellation) =>
        await Do(id, () => holders.Forget(Lot, holder, cancellation), cancellation);

    public Task<IActionResult> OnPostOfferAsync(string id, CancellationToken cancellation) => Do(id, () => lots.Offer(Lot, cancellation), cancellation);

    public Task<IActionResult> OnPostTakeBackAsync(string id, CancellationToken cancellation) => Do(id, () => lots.TakeBack(Lot, null, cancellation), cancellation);

    private async Task<IActionResult> Do(string id, Func<Task<Result<Nothing>>> act, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var done = await act();
        if (done.Done) return Redirect($"/desk/lots/{id}");
        Faults.Add(done, Fields);
        return await OnGetAsync(id, cancellation);
    }

    private long? Amount(string? text, string field)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (Fen.TryRead(text, out var fen)) return fen;
        Faults.Add(Refusal.AmountOutOfRange, field);
        return null;
    }

    private async Task<Result<KeptFile>> Keep(IFormFile? file, CancellationToken cancellation)
    {
        if (file is null || file.Length == 0) return Refusal.Required;
        await using var content = file.OpenReadStream();
        return await files.Keep(content, file.FileName, cancellation);
    }

    private async Task<IActionResult?> Load(string id, CancellationToken cancellation)
    {
        var lot = await lots.Find(id, cancellation);
        var may = await actor.May(Act.OfferLot, lot?.Seller, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (lot is null) return NotFound();
        Lot = lot;
        var facts = await lots.FactsOf(lot, cancellation);
        Asked = LotGates.Asked(facts, lot.Right);
        PriorityHolders = facts.PriorityHolders;
        Codes = await holders.CodesForSeller(id, cancellation);
        Answers = await lots.AnswersOf(id, cancellation);
        Open = await lots.OpenGates(lot, cancellation);
        return null;
    }
}
