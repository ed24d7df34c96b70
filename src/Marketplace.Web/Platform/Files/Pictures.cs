using System.Buffers.Binary;
using Marketplace.Domain.Common;

namespace Marketplace.Platform.Files;

/// <summary>Walks through a picture by its structure: its size from the header, its true end, and what is hidden in it.</summary>
internal static class Pictures
{
    private const int MostFrames = 1_000;

    /// <summary>Beginnings of pages and scripts; long enough that chance does not write them into a picture.</summary>
    private static readonly byte[][] Marks =
        [.. new[] { "<?php", "<script", "<html", "<!doctype", "<iframe", "<svg ", "<body", "<object", "<%@ ", "javascript:" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static Refusal? Png(ReadOnlySpan<byte> png)
    {
        if (png.Length < 33 || !png[12..16].SequenceEqual("IHDR"u8)) return Refusal.FileUnreadable;
        if (TooMany(BinaryPrimitives.ReadUInt32BigEndian(png[16..]), BinaryPrimitives.ReadUInt32BigEndian(png[20..]))) return Refusal.TooManyPixels;
        var at = 8;
        while (at + 12 <= png.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) return Refusal.FileUnreadable;
            var type = png.Slice(at + 4, 4);
            at += (int)length + 12;
            if (type.SequenceEqual("IEND"u8)) return Finish(png, at);
        }

        return Refusal.FileUnreadable;
    }

    public static Refusal? Jpeg(ReadOnlySpan<byte> jpeg)
    {
        var at = 2;
        var measured = false;
        while (at + 4 <= jpeg.Length)
        {
            if (jpeg[at] != 0xFF) return Refusal.FileUnreadable;
            var marker = jpeg[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is 0xD9) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || length > jpeg.Length - at - 2) return Refusal.FileUnreadable;
            // SOF0–SOF15 without DHT, JPG and DAC, which lie between them.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (length < 8) return Refusal.FileUnreadable;
                if (TooMany(BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]))) return Refusal.TooManyPixels;
                measured = true;
            }

            at += 2 + length;
            if (marker == 0xDA) at = EndOfScan(jpeg, at);
        }

        return !measured || at + 2 > jpeg.Length || jpeg[at] != 0xFF || jpeg[at + 1] != 0xD9 ? Refusal.FileUnreadable : Finish(jpeg, at + 2);
    }

    public static Refusal? Gif(ReadOnlySpan<byte> gif)
    {
        if (gif.Length < 14 || !(gif.StartsWith("GIF87a"u8) || gif.StartsWith("GIF89a"u8))) return Refusal.FileUnreadable;
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(gif[6..]), BinaryPrimitives.ReadUInt16LittleEndian(gif[8..]));
        if (TooMany(width, height)) return Refusal.TooManyPixels;
        long pixels = 0;
        var frames = 0;
        var at = 13 + Table(gif[10]);
        while (at < gif.Length)
        {
            switch (gif[at])
            {
                case 0x3B:
                    return Finish(gif, at + 1);
                case 0x21:
                    at = Blocks(gif, at + 2);
                    break;
                case 0x2C when at + 11 <= gif.Length:
                    pixels += (long)BinaryPrimitives.ReadUInt16LittleEndian(gif[(at + 5)..]) * BinaryPrimitives.ReadUInt16LittleEndian(gif[(at + 7)..]);
                    // An animation is held in memory frame by frame: the frames count together.
                    if (pixels > FileCheck.MostPixels || ++frames > MostFrames) return Refusal.TooManyPixels;
                    at = Blocks(gif, at + 11 + Table(gif[at + 9]));
                    break;
                default:
                    return Refusal.FileUnreadable;
            }
        }

        return Refusal.FileUnreadable;
    }

    private static bool TooMany(uint width, uint height) => width == 0 || height == 0 || (long)width * height > FileCheck.MostPixels;

    private static int Table(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int Blocks(ReadOnlySpan<byte> gif, int at)
    {
        while (at < gif.Length && gif[at] != 0) at += gif[at] + 1;
        return at + 1;
    }

    private static int EndOfScan(ReadOnlySpan<byte> jpeg, int at)
    {
        for (; at + 1 < jpeg.Length; at++)
        {
            // 00 is a stuffed byte and D0–D7 restart the same scan; anything else is the next segment.
            if (jpeg[at] == 0xFF && jpeg[at + 1] is not (0x00 or >= 0xD0 and <= 0xD7 or 0xFF)) return at;
        }

        return jpeg.Length;
    }

    private static Refusal? Finish(ReadOnlySpan<byte> picture, int end)
    {
        if (end > picture.Length) return Refusal.FileUnreadable;
        if (picture[end..].ContainsAnyExcept((byte)0)) return Refusal.FileHidesAnother;
        var lower = new byte[picture.Length];
        for (var i = 0; i < picture.Length; i++) lower[i] = picture[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(picture[i] | 0x20) : picture[i];
        foreach (var mark in Marks)
        {
            if (lower.AsSpan().IndexOf(mark) >= 0) return Refusal.FileHidesAnother;
        }

        return null;
    }
}
