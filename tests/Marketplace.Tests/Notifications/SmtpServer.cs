using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Marketplace.Tests.Notifications;

/// <summary>A mail server on this machine that speaks as much of RFC 5321 as a sender needs, and answers as it is told.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public SmtpServer()
    {
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<MimeMessage> Taken { get; } = [];

    /// <summary>Answers to the next recipients, in order; afterwards everybody is welcome.</summary>
    public ConcurrentQueue<string> ToRecipients { get; } = [];

    /// <summary>Answers to the next messages, in order; empty: the message is taken and the connection cut before the answer.</summary>
    public ConcurrentQueue<string> ToMessages { get; } = [];

    /// <summary>Says nothing at all.</summary>
    public bool Hangs { get; set; }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        using (var stream = client.GetStream())
        using (var reader = new StreamReader(stream, Encoding.Latin1))
        {
            if (Hangs)
            {
                await reader.ReadLineAsync(_stop.Token);
                return;
            }

            await Say("220 test");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                switch (line.Split(' ')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await Say("250-test\r\n250 SMTPUTF8");
                        break;
                    case "RCPT":
                        await Say(ToRecipients.TryDequeue(out var answer) ? answer : "250 welcome");
                        break;
                    case "DATA":
                        await Say("354 go on");
                        var data = new StringBuilder();
                        while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".") data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                        var scripted = ToMessages.TryDequeue(out var said) ? said : "250 taken";
                        if (scripted is "" || scripted.StartsWith('2')) Taken.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(data.ToString())), _stop.Token));
                        if (scripted is "") return;
                        await Say(scripted);
                        break;
                    case "QUIT":
                        await Say("221 bye");
                        return;
                    default:
                        await Say("250 fine");
                        break;
                }
            }

            Task Say(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), _stop.Token).AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }
}
