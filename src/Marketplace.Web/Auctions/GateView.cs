using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Auctions;

/// <summary>One gate of the seller's form with its answer, and with what was just typed when that was refused.</summary>
public sealed class GateView(LotFormModel form, Gate gate, string party)
{
    private readonly LotFormModel.Answering? _typed = form.Answered is { } a && a.Gate == gate && (a.Party ?? "") == party ? a : null;

    public Gate Gate => gate;
    public string Party => party;
    public string LotId => form.Lot.Id;
    public string Today => form.Today;
    public GateAnswer? Answer { get; } = form.Answers.FirstOrDefault(a => a.Gate == gate && a.Party == party);
    public GateFault? Fault { get; } = form.Open.Where(f => f.Gate == gate && f.Party == party).Select(f => (GateFault?)f.Fault).FirstOrDefault();
    public FieldFaults? Faults => _typed is null ? null : form.Faults;

    /// <summary>The ground of a holder of 优先受让权; null for every other gate.</summary>
    public PriorityGround? Ground { get; } = gate == Gate.PriorityHolders ? form.PriorityHolders.FirstOrDefault(h => h.Name == party)?.Ground : null;
    public string? Code { get; } = gate == Gate.PriorityHolders ? form.Codes.GetValueOrDefault(party) : null;
    public bool Added => Answer?.Holder?.Added is not null;
    public NoticeService? Service => _typed is null ? Answer?.Holder?.Service : _typed.Service;
    public HolderAnswer HolderAnswer => (_typed is null ? Answer?.Holder?.Answer : _typed.HolderAnswer) ?? HolderAnswer.None;
    public string? AnsweredOn => _typed is null ? Answer?.Holder?.AnsweredOn is { } day ? BeijingTime.Day(day) : null : _typed.AnsweredOn;
    public int? Rank => _typed is null ? Answer?.Holder?.Rank : _typed.Rank;

    public string? Source => _typed is null ? Answer?.Source : _typed.Source;
    public string? Date => _typed is null ? Answer?.Date is { } day ? BeijingTime.Day(day) : null : _typed.Date;
    public string? Note => _typed is null ? Answer?.Note : _typed.Note;
    public string? Expires => _typed is null ? Answer?.Expires is { } day ? BeijingTime.Day(day) : null : _typed.Expires;
    public IpStatus? Status => _typed is null ? Answer?.Status : _typed.Status;
    public string? Amount => _typed is null ? Answer?.AmountFen is { } fen ? Fen.Plain(fen) : null : _typed.Amount;
    public string? Appraisal => _typed is null ? Answer?.AppraisalFen is { } fen ? Fen.Plain(fen) : null : _typed.Appraisal;

    public static string Anchor(Gate gate, string party) =>
        party.Length == 0 ? $"gate-{gate}" : $"gate-{gate}-{Announcement.HashOf(Encoding.UTF8.GetBytes(party))[..8]}";
}
