using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>A statement as the bank delivered it, whichever of the two kinds it is.</summary>
public static class StatementFile
{
    /// <summary>16 MB: tens of thousands of lines.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>What starts like XML is read as camt.053, everything else as a table.</summary>
    public static StatementReading Read(byte[] bytes)
    {
        ReadOnlySpan<byte> start = bytes;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        // UTF-16 begins with its byte order mark; no table comes in it, but XML may.
        var xml = start.StartsWith("<"u8) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        return xml ? Camt053.Read(bytes) : CsvStatement.Read(bytes);
    }

    internal static StatementReading? CheckSize(byte[] bytes) =>
        bytes.Length == 0 ? StatementReading.Refuse(Refusal.FileEmpty)
        : bytes.Length > MostBytes ? StatementReading.Refuse(Refusal.StatementTooLarge)
        : null;
}
