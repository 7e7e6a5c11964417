using System.Reflection;

namespace Allocation.Tests.Book;

/// <summary>Every test of the book's suite (github.com/cosmicpython/code, chapter 13, which has all of chapter 12's) has its counterpart here, by name.</summary>
public sealed class TheSuiteOfTheBook
{
    private static readonly string[] Tests =
    [
        "unit/test_batches.py::test_allocating_to_a_batch_reduces_the_available_quantity",
        "unit/test_batches.py::test_can_allocate_if_available_greater_than_required",
        "unit/test_batches.py::test_cannot_allocate_if_available_smaller_than_required",
        "unit/test_batches.py::test_can_allocate_if_available_equal_to_required",
        "unit/test_batches.py::test_cannot_allocate_if_skus_do_not_match",
        "unit/test_batches.py::test_allocation_is_idempotent",
        "unit/test_product.py::test_prefers_warehouse_batches_to_shipments",
        "unit/test_product.py::test_prefers_earlier_batches",
        "unit/test_product.py::test_returns_allocated_batch_ref",
        "unit/test_product.py::test_outputs_allocated_event",
        "unit/test_product.py::test_records_out_of_stock_event_if_cannot_allocate",
        "unit/test_product.py::test_increments_version_number",
        "unit/test_handlers.py::TestAddBatch::test_for_new_product",
        "unit/test_handlers.py::TestAddBatch::test_for_existing_product",
        "unit/test_handlers.py::TestAllocate::test_allocates",
        "unit/test_handlers.py::TestAllocate::test_errors_for_invalid_sku",
        "unit/test_handlers.py::TestAllocate::test_commits",
        "unit/test_handlers.py::TestAllocate::test_sends_email_on_out_of_stock_error",
        "unit/test_handlers.py::TestChangeBatchQuantity::test_changes_available_quantity",
        "unit/test_handlers.py::TestChangeBatchQuantity::test_reallocates_if_necessary",
        "integration/test_repository.py::test_get_by_batchref",
        "integration/test_uow.py::test_uow_can_retrieve_a_batch_and_allocate_to_it",
        "integration/test_uow.py::test_rolls_back_uncommitted_work_by_default",
        "integration/test_uow.py::test_rolls_back_on_error",
        "integration/test_uow.py::test_concurrent_updates_to_version_are_not_allowed",
        "integration/test_views.py::test_allocations_view",
        "integration/test_views.py::test_deallocation",
        "integration/test_email.py::test_out_of_stock_email",
        "e2e/test_api.py::test_happy_path_returns_202_and_batch_is_allocated",
        "e2e/test_api.py::test_unhappy_path_returns_400_and_error_message",
        "e2e/test_external_events.py::test_change_batch_quantity_leading_to_reallocation",
    ];

    private static IEnumerable<(MethodInfo Method, string Book)> Counterparts =>
        from type in typeof(TheSuiteOfTheBook).Assembly.GetTypes()
        where !type.IsAbstract
        from method in type.GetMethods()
        let book = method.GetCustomAttribute<BookAttribute>()
        where book is not null
        select (method, book.Test);

    [Test]
    public void Has_a_counterpart_for_each_of_its_tests() =>
        Assert.That(Tests.Except(Counterparts.Select(counterpart => counterpart.Book)), Is.Empty);

    [Test]
    public void Has_no_counterpart_for_what_it_does_not_have() =>
        Assert.That(Counterparts.Select(counterpart => counterpart.Book).Except(Tests), Is.Empty);

    [Test]
    public void Has_counterparts_that_are_tests_of_the_same_name() =>
        Assert.That(
            Counterparts.Where(counterpart => counterpart.Method.Name != NameOf(counterpart.Book) || counterpart.Method.GetCustomAttribute<TestAttribute>() is null),
            Is.Empty);

    /// <summary>'test_prefers_earlier_batches' is 'Prefers_earlier_batches' here.</summary>
    private static string NameOf(string bookTest)
    {
        var name = bookTest.Split("::")[^1]["test_".Length..];
        return char.ToUpperInvariant(name[0]) + name[1..];
    }
}
