package task

// pending is a poll function for tasks that are not polled.
func pending[T any](*T, *Context) Poll { return Pending }
