using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Platform;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications;

/// <summary>A notice in words.</summary>
public sealed record NoticeWords(string Title, string Text);

/// <summary>Writes a notice in the language of its reader, at the moment of reading or sending.</summary>
public sealed class NoticeSays(IStringLocalizer<NoticeTexts> texts, Refusals refusals)
{
    /// <summary>For the recipient's own eyes, signed in; in the language of this request.</summary>
    public NoticeWords Of(NoticeRow row) => new(texts[$"Title.{row.Kind}"], Filled(row));

    /// <summary>For everything that leaves the market. What is sealed keeps its title, which names nothing, and loses the rest.</summary>
    public NoticeWords Outside(NoticeRow row, string language) => In(language, () => NoticeKinds.IsSealed(row.Kind) ? new NoticeWords(texts[$"Title.{row.Kind}"], texts["Outside.Sealed"]) : Of(row));

    /// <summary>A text that is no notice: a test message, the end of a mail.</summary>
    public string Say(string language, string key, params object[] values) => In(language, () => texts[key, values].Value);

    private string Filled(NoticeRow row) => texts.Count($"Text.{row.Kind}", [.. JsonSerializer.Deserialize<string[]>(row.Fills)!.Select(Write)]);

    private object Write(string written)
    {
        var (form, raw) = NoticeValue.Read(written);
        return form switch
        {
            ValueForm.Text => raw,
            ValueForm.Money => Fen.Yuan(long.Parse(raw, CultureInfo.InvariantCulture)),
            ValueForm.Moment => Instant.TryRead(raw, out var at) ? Show.Exact(at)[..16] : throw new FormatException(raw),
            ValueForm.Day => raw,
            ValueForm.Word => texts[raw].Value,
            ValueForm.Refusal => refusals.Say(Enum.Parse<Refusal>(raw)),
        };
    }

    private static T In<T>(string language, Func<T> say)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language == CultureFeature.English.Name ? CultureFeature.English : CultureFeature.Chinese;
        try
        {
            return say();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}
