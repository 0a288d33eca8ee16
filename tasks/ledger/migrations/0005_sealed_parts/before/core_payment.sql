SELECT * FROM earlier_payment
