using Marketplace.Domain.Notifications;

namespace Marketplace.Notifications;

/// <summary>What this market sends notices by. A part that is not set is a channel that is not there.</summary>
public sealed record NoticeOptions
{
    /// <summary>The market's own address, for links in what is sent: <c>Notices__Site</c>. Without it a message names the market and no link.</summary>
    public Uri? Site { get; init; }

    /// <summary><c>Mail__Host</c> and <c>Mail__Port</c> (587 for starttls, 465 for tls, 25 for none).</summary>
    public string? MailHost { get; init; }
    public int MailPort { get; init; }

    /// <summary><c>Mail__Tls</c>: <c>starttls</c> (default), <c>tls</c> from the first byte, or <c>none</c>.</summary>
    public string MailTls { get; init; } = StartTls;
    public string? MailUser { get; init; }
    public string? MailPassword { get; init; }

    /// <summary><c>Mail__From</c>, an address with or without a name before it.</summary>
    public string? MailFrom { get; init; }

    /// <summary>An SMS gateway that takes JSON: <c>Sms__Url</c>, <c>Sms__Template</c> with <c>{phone}</c> and <c>{text}</c>, <c>Sms__Header</c> with <c>Sms__Secret</c>.</summary>
    public Uri? SmsUrl { get; init; }
    public string SmsTemplate { get; init; } = "";
    public string? SmsHeader { get; init; }
    public string? SmsSecret { get; init; }

    /// <summary><c>Notices__AllowLoopback</c>: for a market under test alone; a robot's address may be this machine's.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>How long an attempt waits for the other side; a mail takes twice that.</summary>
    public TimeSpan Patience { get; init; } = Retries.LongestAttempt / 2;

    public const string StartTls = "starttls";
    public const string Tls = "tls";
    public const string NoTls = "none";

    /// <exception cref="InvalidOperationException">What is set makes no sense; the market does not start with it.</exception>
    public static NoticeOptions From(IConfiguration configuration)
    {
        var tls = Set("Mail:Tls") ?? StartTls;
        var options = new NoticeOptions
        {
            Site = Url("Notices:Site"),
            MailHost = Set("Mail:Host"),
            MailTls = tls,
            MailPort = configuration.GetValue<int?>("Mail:Port") ?? tls switch { Tls => 465, NoTls => 25, _ => 587 },
            MailUser = Set("Mail:User"),
            MailPassword = Set("Mail:Password"),
            MailFrom = Set("Mail:From"),
            SmsUrl = Url("Sms:Url"),
            SmsTemplate = Set("Sms:Template") ?? """{"to":"{phone}","text":"{text}"}""",
            SmsHeader = Set("Sms:Header"),
            SmsSecret = Set("Sms:Secret"),
            AllowLoopback = configuration.GetValue<bool>("Notices:AllowLoopback"),
        };
        if (tls is not (StartTls or Tls or NoTls)) throw new InvalidOperationException("Mail__Tls is starttls, tls or none.");
        if (options.MailHost is not null && !MimeKit.MailboxAddress.TryParse(options.MailFrom, out _)) throw new InvalidOperationException("Mail__Host needs Mail__From, the address that mail comes from.");
        if (!Robots.IsTemplate(options.SmsTemplate)) throw new InvalidOperationException("Sms__Template is JSON with {phone} and {text} inside strings.");
        return options;

        string? Set(string name) => configuration[name] is { Length: > 0 } value ? value : null;

        Uri? Url(string name) => Set(name) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("https" or "http") ? url : throw new InvalidOperationException($"{name.Replace(":", "__", StringComparison.Ordinal)} is no address.");
    }
}
