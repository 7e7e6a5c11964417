namespace Anywise.EfCore.Delivering;

/// <summary>A handler may throw an exception that throws itself when somebody reads it.</summary>
internal static class UnreadableFailure
{
    /// <summary>The exception, or one that stands for it because its text cannot be read.</summary>
    public static Exception Readable(this Exception failure)
    {
        try
        {
            _ = failure.ToString();
            return failure;
        }
        catch (Exception)
        {
            return Errors.FailureIsUnreadable(failure.GetType());
        }
    }
}
