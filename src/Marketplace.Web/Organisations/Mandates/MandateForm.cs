using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Marketplace.Organisations.Mandates;

/// <summary>The terms of a mandate as they are typed, and what a form needs to show them.</summary>
public sealed class MandateForm
{
    /// <summary>Bands a form offers.</summary>
    public const int Bands = 4;

    public string? From { get; set; }
    public string? Until { get; set; }
    public bool Exclusive { get; set; }
    public bool Named { get; set; }
    public List<Guid> Subjects { get; set; } = [];
    public List<MandatePower> Powers { get; set; } = [];
    public FeeKind Kind { get; set; }
    public FeePayer Payer { get; set; }
    public string? Share { get; set; }
    public string? Fixed { get; set; }
    public List<string?> UpTo { get; set; } = [];
    public List<string?> TierShare { get; set; } = [];
    public string? NoticeDays { get; set; }
    public bool BothSides { get; set; }
    public string? Related { get; set; }
    public string? Note { get; set; }

    public static MandateForm Of(MandateTerms terms) => new()
    {
        From = MandateLook.Day(terms.From),
        Until = MandateLook.Day(terms.Until),
        Exclusive = terms.Exclusive,
        Named = !terms.Subjects.IsEmpty,
        Subjects = [.. terms.Subjects],
        Powers = [.. terms.Powers],
        Kind = terms.Fee.Kind,
        Payer = terms.Fee.Payer,
        Share = terms.Fee.ShareBp > 0 ? MandateLook.Percent(terms.Fee.ShareBp) : null,
        Fixed = terms.Fee.FixedFen > 0 ? Fen.Plain(terms.Fee.FixedFen) : null,
        UpTo = [.. terms.Fee.Tiers.Select(t => t.UpToFen is { } end ? Fen.Plain(end) : null)],
        TierShare = [.. terms.Fee.Tiers.Select(t => MandateLook.Percent(t.ShareBp))],
        NoticeDays = terms.NoticeDays.ToString(CultureInfo.InvariantCulture),
        BothSides = terms.AllowsBothSides,
        Related = terms.Related,
        Note = terms.Note,
    };

    /// <summary>The terms, or the first field that cannot be read.</summary>
    /// <param name="bound">What could not be bound stands in the form as if nothing had been sent, and must not be signed as that.</param>
    public Result<MandateTerms> Read(MandateSide side, ModelStateDictionary bound)
    {
        foreach (var (key, entry) in bound)
        {
            if (entry.Errors.Count > 0 && key.StartsWith("Form.", StringComparison.Ordinal)) return Result<MandateTerms>.Refuse(Refusal.MalformedRequest, key["Form.".Length..].Split('[')[0].ToLowerInvariant());
        }

        if (ReadDay(From) is not { } from) return Result<MandateTerms>.Refuse(Refusal.Required, "from");
        if (ReadDay(Until) is not { } until) return Result<MandateTerms>.Refuse(Refusal.Required, "until");
        if (Named && Subjects.Count == 0) return Result<MandateTerms>.Refuse(Refusal.Required, "subjects");
        if (ReadNotice(NoticeDays) is not { } notice) return Result<MandateTerms>.Refuse(Refusal.NoticeOutOfRange, "notice");
        var fee = ReadFee();
        if (!fee.Done) return Result<MandateTerms>.Refuse(fee.Refusal.Value, fee.Detail);
        return new MandateTerms
        {
            Side = side,
            Exclusive = Exclusive,
            From = from,
            Until = until,
            Subjects = Named ? [.. Subjects.Distinct()] : [],
            Powers = [.. Powers.Distinct()],
            Fee = fee.Value,
            NoticeDays = notice,
            AllowsBothSides = BothSides,
            Related = Blank(Related),
            Note = Blank(Note),
        };
    }

    private Result<MandateFee> ReadFee()
    {
        switch (Kind)
        {
            case FeeKind.Share:
                return ReadShare(Share) is { } bp ? new MandateFee(Kind, Payer, bp) : Result<MandateFee>.Refuse(Refusal.FeeScaleInvalid, "share");
            case FeeKind.Fixed:
                return Fen.TryRead(Fixed, out var fen) ? new MandateFee(Kind, Payer, FixedFen: fen) : Result<MandateFee>.Refuse(Refusal.FeeScaleInvalid, "fixed");
            case FeeKind.Tiers:
                var tiers = ImmutableArray.CreateBuilder<FeeTier>();
                for (var i = 0; i < TierShare.Count; i++)
                {
                    var (upTo, share) = (i < UpTo.Count ? Blank(UpTo[i]) : null, Blank(TierShare[i]));
                    if (share is null && upTo is null) continue;
                    var end = 0L;
                    if (ReadShare(share) is not { } part || (upTo is not null && !Fen.TryRead(upTo, out end))) return Result<MandateFee>.Refuse(Refusal.FeeScaleInvalid, "tiers");
                    tiers.Add(new FeeTier(upTo is null ? null : end, part));
                }

                return new MandateFee(Kind, Payer) { Tiers = tiers.ToImmutable() };
            default:
                return MandateFee.Unagreed;
        }
    }

    /// <summary>Percent with at most two decimals as basis points.</summary>
    private static int? ReadShare(string? typed) =>
        decimal.TryParse(Text.Narrow(typed ?? "").Trim().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100 && percent * 100 == decimal.Truncate(percent * 100)
            ? (int)(percent * 100)
            : null;

    private static int? ReadNotice(string? typed) => int.TryParse(Text.Narrow(typed ?? "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : null;

    private static DateOnly? ReadDay(string? typed) => DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>What the form's page knows besides what was typed.</summary>
/// <param name="Related">Agency and client belong together by the market's records.</param>
public sealed record MandateFormView(MandateForm Form, MandateSide Side, IReadOnlyList<MandateSubject> Subjects, bool CanName, bool Related, Refusal? Refused, string? Field)
{
    public string? Wrong(string field) => Field == field ? "true" : null;
}
