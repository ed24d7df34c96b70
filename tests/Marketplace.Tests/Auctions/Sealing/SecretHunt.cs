using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions.Sealing;

/// <summary>Looks for secrets in bytes, in every encoding in which a market could have written them down.</summary>
public sealed class SecretHunt
{
    private readonly List<(string What, byte[] Bytes)> _needles = [];

    public void Amount(string what, long fen)
    {
        var yuan = fen / 100m;
        var texts = new HashSet<string>(StringComparer.Ordinal)
        {
            $"{fen}", fen.ToString("#,##0", CultureInfo.InvariantCulture), Fen.Yuan(fen), Fen.Exact(fen), Fen.Plain(fen), Fen.Capital(fen)["人民币".Length..],
            Fen.TenThousandYuan(fen), (yuan / 10_000m).ToString("0.######", CultureInfo.InvariantCulture), (yuan / 1_000_000m).ToString("0.########", CultureInfo.InvariantCulture),
            decimal.Floor(yuan).ToString("0", CultureInfo.InvariantCulture), decimal.Floor(yuan).ToString("#,##0", CultureInfo.InvariantCulture),
            fen.ToString("x", CultureInfo.InvariantCulture), fen.ToString("X", CultureInfo.InvariantCulture),
        };
        foreach (var text in texts) Text(what, text);
        foreach (var number in new[] { fen, (long)yuan })
        {
            var big = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(big, number);
            // As SQLite keeps a number: without its leading zeros.
            Bytes(what, big.SkipWhile(b => b == 0).ToArray());
            var little = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(little, number);
            Bytes(what, little[..6]);
            var real = new byte[8];
            BinaryPrimitives.WriteDoubleBigEndian(real, number);
            Bytes(what, real);
            BinaryPrimitives.WriteDoubleLittleEndian(real, number);
            Bytes(what, real);
        }
    }

    public void Key(string what, byte[] key) => Bytes(what, key);

    /// <summary>What is found, and where.</summary>
    public IReadOnlyList<string> In(IEnumerable<(string Where, byte[] Bytes)> places) =>
    [
        .. from place in places
           from needle in _needles
           where place.Bytes.AsSpan().IndexOf(needle.Bytes) >= 0
           select $"{needle.What} in {place.Where}",
    ];

    /// <summary>Every value of every column of every table, whatever wrote it.</summary>
    public static async Task<List<(string Where, byte[] Bytes)>> Database(MarketplaceDb db, CancellationToken cancellation)
    {
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync(cancellation);
        var tables = await Column(
            connection,
            connection is SqliteConnection
                ? "SELECT '\"' || name || '\"' FROM sqlite_master WHERE type = 'table'"
                : "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
            cancellation);
        var found = new List<(string, byte[])>();
        foreach (var table in tables)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    var bytes = reader.GetValue(i) switch
                    {
                        byte[] blob => blob,
                        DBNull => [],
                        var value => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
                    };
                    if (bytes.Length > 0) found.Add(($"{table}.{reader.GetName(i)}", bytes));
                }
            }
        }

        return found;
    }

    /// <summary>Every file below a folder: the database itself, its journal, keys, kept files.</summary>
    public static IEnumerable<(string Where, byte[] Bytes)> Folder(string folder)
    {
        // The socket of the command line and the lock hold nothing.
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is not (".sock" or ".lock")))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            yield return (path, copy.ToArray());
        }
    }

    private static async Task<List<string>> Column(DbConnection connection, string sql, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var all = new List<string>();
        while (await reader.ReadAsync(cancellation)) all.Add(reader.GetString(0));
        return all;
    }

    private void Text(string what, string text)
    {
        foreach (var encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode }) _needles.Add(($"{what} as “{text}”", encoding.GetBytes(text)));
        Encodings(what, Encoding.UTF8.GetBytes(text));
    }

    private void Bytes(string what, byte[] bytes)
    {
        _needles.Add(($"{what} as bytes", bytes));
        Encodings(what, bytes);
    }

    /// <summary>Hex in both cases, and base64 wherever in a longer text it may begin.</summary>
    private void Encodings(string what, byte[] bytes)
    {
        foreach (var hex in new[] { Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes) })
        {
            _needles.Add(($"{what} as hex", Encoding.ASCII.GetBytes(hex)));
            _needles.Add(($"{what} as hex in UTF-16", Encoding.Unicode.GetBytes(hex)));
        }

        for (var shift = 0; shift < 3; shift++)
        {
            // The letters that the bytes before and after have no part in.
            var text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var from = shift == 0 ? 0 : shift + 1;
            var sure = text[from..((shift + bytes.Length) / 3 * 4)];
            if (sure.Length < 6) continue;
            _needles.Add(($"{what} as base64", Encoding.ASCII.GetBytes(sure)));
            _needles.Add(($"{what} as base64url", Encoding.ASCII.GetBytes(sure.Replace('+', '-').Replace('/', '_'))));
            _needles.Add(($"{what} as base64 in UTF-16", Encoding.Unicode.GetBytes(sure)));
        }
    }
}
