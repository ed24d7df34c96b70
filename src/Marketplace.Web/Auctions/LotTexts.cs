using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>Texts of everything before the bidding: sessions, lots, announcement, application. The room has its own.</summary>
public sealed class LotTexts;

/// <summary>Moments and days as pages before the bidding show and read them: Beijing time, whatever the reader's clock says.</summary>
public static class BeijingTime
{
    public static string Short(DateTimeOffset moment) => At(moment).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Minute(DateTimeOffset moment) => At(moment).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Long(DateTimeOffset moment) => At(moment).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The end of a period of days is 24:00 of its last one, as notices say it.</summary>
    public static string Through(DateTimeOffset moment) =>
        At(moment).TimeOfDay == TimeSpan.Zero ? $"{Day(DateOnly.FromDateTime(At(moment).DateTime).AddDays(-1))} 24:00" : Minute(moment);

    /// <summary>For <c>datetime-local</c>.</summary>
    public static string Input(DateTimeOffset moment) => At(moment).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    public static bool TryRead(string? text, out DateTimeOffset moment)
    {
        moment = default;
        string[] formats = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF"];
        if (!DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || local.Year is < 2000 or > 2200) return false;
        moment = Instant.Cut(new DateTimeOffset(local, Instant.Beijing));
        return true;
    }

    public static DateOnly? ReadDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static DateTimeOffset At(DateTimeOffset moment) => moment.ToOffset(Instant.Beijing);
}

/// <summary>How pages say what a lot's terms mean.</summary>
public static class LotSays
{
    /// <summary>How long something is still open, in words that are true until the page is read again; null when it is over.</summary>
    public static string? Left(IStringLocalizer texts, TimeSpan left) =>
        left <= TimeSpan.Zero ? null
        : left.Days > 0 ? texts.Count("Left.Days", left.Days, left.Hours)
        : left.Hours > 0 ? texts.Count("Left.Hours", left.Hours, left.Minutes)
        : left.Minutes > 0 ? texts.Count("Left.Minutes", left.Minutes)
        : texts["Left.Seconds"].Value;

    /// <summary>A window or a duration in its largest whole unit.</summary>
    public static string Seconds(IStringLocalizer texts, int seconds) =>
        seconds == 0 ? texts["SoftCloseNone"].Value
        : seconds % 3600 == 0 ? texts.Count("Duration.Hours", seconds / 3600)
        : seconds % 60 == 0 ? texts.Count("SoftCloseMinutes", seconds / 60)
        : texts.Count("SoftCloseSeconds", seconds);

    /// <summary>An amount that binds: exact, short and in capitals.</summary>
    public static string InCapitals(IStringLocalizer texts, long fen) => texts["Capitals", Capitals.Of(fen)].Value;

    /// <summary>Whether the buyer's name will be published, as the announcement says it.</summary>
    public static string BuyerName(IStringLocalizer texts, bool confidential) => texts[confidential ? "BuyerName.Confidential" : "BuyerName.Public"].Value;

    /// <summary>What a buyer declared of a 完成人; without names where the buyer is confidential.</summary>
    public static string? Interest(IStringLocalizer texts, PublicBuyer buyer) =>
        buyer.Interest is not { } interest ? null
        : buyer.Confidential ? texts["Buyer.OneInventor"].Value
        : interest.Of is { } names ? texts["Buyer.Inventors", names].Value
        : texts["Buyer.Inventor"].Value;

    public static string Rung(IStringLocalizer texts, Step step) =>
        step.FromFen == 0 ? $"¥{Fen.Yuan(step.StepFen)}" : $"{texts["FromAmount", $"¥{Fen.Yuan(step.FromFen)}"].Value} ¥{Fen.Yuan(step.StepFen)}";
}

/// <summary>What was wrong with which field of a form: shown beside the field, and nothing typed is lost.</summary>
public sealed class FieldFaults(Refusals refusals)
{
    private readonly Dictionary<string, string> _faults = [];

    public bool Any => _faults.Count > 0;

    /// <summary>What is wrong with the whole, when no field has it.</summary>
    public string? Whole => _faults.GetValueOrDefault("");

    public void Add(Refusal refusal, string? field = null) => _faults[field ?? ""] = refusals.Say(refusal);

    /// <summary>What is wrong with the field that the fault names, with the limit it names.</summary>
    public void Add(Fault fault) => _faults[fault.Field] = fault.Detail is { } limit ? $"{refusals.Say(fault.Why)} {limit}" : refusals.Say(fault.Why);

    public void Add<T>(Result<T> result, params string[] fields)
    {
        if (result.Refusal is not { } refusal) return;
        // A detail that is no field of this form belongs to the whole.
        Add(refusal, fields.Contains(result.Detail) ? result.Detail : null);
    }

    public string? Invalid(string field) => _faults.ContainsKey(field) ? "true" : null;

    public IHtmlContent Of(string field)
    {
        if (!_faults.TryGetValue(field, out var fault)) return HtmlString.Empty;
        var span = new TagBuilder("span");
        span.AddCssClass("hint bad");
        span.Attributes["role"] = "alert";
        span.InnerHtml.Append(fault);
        return span;
    }
}
