using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Marketplace.Domain.Notifications;
using MimeKit;
using MimeKit.Text;

namespace Marketplace.Notifications;

/// <summary>Mail by SMTP. The id of a message follows from the delivery: a second copy after a lost answer bears the same one.</summary>
public sealed class MailChannel(NoticeOptions options, TimeProvider clock) : INoticeChannel
{
    public NoticeChannel Channel => NoticeChannel.Mail;

    public bool IsConfigured => options.MailHost is not null;

    public async Task<SendAnswer> Send(Outgoing message, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(2 * options.Patience);
        try
        {
            using var mail = Compose(message);
            using var smtp = new SmtpClient();
            await smtp.ConnectAsync(options.MailHost!, options.MailPort, Security(options.MailTls), patience.Token);
            if (options.MailUser is { } user) await smtp.AuthenticateAsync(user, options.MailPassword ?? "", patience.Token);
            await smtp.SendAsync(mail, patience.Token);
            await Leave(smtp, patience.Token);
            return SendAnswer.Sent;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return SendAnswer.Again("timeout");
        }
        catch (SmtpCommandException e)
        {
            // 4xx: later, perhaps. 5xx about the recipient or the message itself stays so.
            return (int)e.StatusCode >= 500 && e.ErrorCode is (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
                ? SendAnswer.Never($"smtp-{(int)e.StatusCode}")
                : SendAnswer.Again($"smtp-{(int)e.StatusCode}");
        }
        catch (AuthenticationException)
        {
            return SendAnswer.Again("smtp-authentication");
        }
        catch (Exception e) when (e is SmtpProtocolException or SslHandshakeException or IOException or SocketException or NotSupportedException)
        {
            return SendAnswer.Again($"smtp-{e.GetType().Name}");
        }
    }

    /// <summary>The message is taken; a farewell that fails changes nothing about it.</summary>
    private static async Task Leave(SmtpClient smtp, CancellationToken cancellation)
    {
        try
        {
            await smtp.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception e) when (e is IOException or SmtpProtocolException or SmtpCommandException or OperationCanceledException)
        {
            // Sent is sent.
        }
    }

    private MimeMessage Compose(Outgoing message)
    {
        var from = MailboxAddress.Parse(options.MailFrom!);
        var mail = new MimeMessage
        {
            MessageId = $"{message.Id:N}@{from.Address[(from.Address.LastIndexOf('@') + 1)..]}",
            Date = clock.GetUtcNow(),
            // A line break in a title must not begin a header of its own.
            Subject = string.Concat(message.Words.Title.Select(c => char.IsControl(c) ? ' ' : c)),
            Body = new TextPart(TextFormat.Plain) { Text = string.Join("\n\n", new[] { message.Words.Text, message.Link?.ToString(), message.Foot }.Where(part => !string.IsNullOrEmpty(part))) + "\n" },
        };
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress("", message.To.Address));
        // No out-of-office answers.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        return mail;
    }

    private static SecureSocketOptions Security(string tls) => tls switch
    {
        NoticeOptions.Tls => SecureSocketOptions.SslOnConnect,
        NoticeOptions.NoTls => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
